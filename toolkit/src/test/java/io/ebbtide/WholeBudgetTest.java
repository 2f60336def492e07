package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.Outcome;
import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.StepReport;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.Permit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;

/** One budget for the whole, however much of it each part would like to have. */
@Timeout(30)
class WholeBudgetTest extends OnFakeTime {

    private static final Duration TICK = Duration.ofMillis(100);

    private final CountDownLatch never = new CountDownLatch(1);
    private final Thread clock = Thread.ofPlatform().daemon(true).unstarted(this::tick);

    /** Time passes whenever somebody waits for it. */
    private void tick() {
        try {
            while (true) {
                pass(TICK);
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    /** Hears nothing. */
    private void hang() {
        while (never.getCount() > 0) {
            try {
                never.await();
            } catch (InterruptedException again) {
                log.add("interrupted");
            }
        }
    }

    @AfterEach
    void letGo() {
        never.countDown();
        clock.interrupt();
    }

    @Test
    void isSpentOnceHoweverMuchHangs() throws Exception {
        Duration budget = Duration.ofSeconds(20);
        StructuredShutdown tight = open(NO_DELAY.withGracefulTimeout(budget));
        tight.hooks().before("before", this::hang).flush("flush", this::hang);
        tight.hooks().after("after", this::hang);
        tight.register("redis", ResourceType.REDIS, this::hang)
                .register("db", ResourceType.DATABASE, this::hang);
        tight.tasksUntilDrained().start("outbox", _ -> hang());
        tight.requests()
                .fork(
                        "GET /stuck",
                        () -> {
                            hang();
                            return true;
                        });
        clock.start();

        ShutdownResult result = tight.shutdown(TEST);

        assertThat(result.took()).isLessThanOrEqualTo(budget);
        assertThat(result.stragglers()).hasSize(2);
        assertThat(result.errors())
                .extracting(StepReport::name)
                .contains("before", "redis", "db", "flush", "after");
    }

    @Test
    void mayHaveNoEndIfSomebodyWantsThat() throws Exception {
        Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
        StructuredShutdown patient =
                open(NO_DELAY.withGracefulTimeout(endless).withForceAfterTimeout(false));
        Permit work = (Permit) patient.requests().enter("/slow");

        Future<ShutdownResult> future = patient.begin(TEST);
        pass(Duration.ofDays(3_650));
        time.awaitWaiters(1);
        work.close();

        assertThat(future.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(future.get().took()).isEqualTo(Duration.ofDays(3_650));
    }

    @Test
    void doesNotHideAFailureWhenItsDrainHadToBeForced() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        shutdown.requests()
                .fork(
                        "GET /slow",
                        () -> {
                            inside.countDown();
                            never.await();
                            return true;
                        });
        inside.await();
        IllegalStateException broken = new IllegalStateException("broken");
        shutdown.register(
                "db",
                ResourceType.DATABASE,
                () -> {
                    throw broken;
                });

        Future<ShutdownResult> future = shutdown.begin(TEST);
        shutdown.awaitPhase(ShutdownPhase.DRAINING_CONNECTIONS);
        time.advance(shutdown.config().drainTimeout());

        ShutdownResult result = future.get();
        assertThat(result.status()).isEqualTo(ShutdownResult.Status.FORCED);
        assertThat(result.errors())
                .filteredOn(step -> step.name().equals("db"))
                .extracting(StepReport::outcome)
                .containsExactly(new Outcome.Failed(broken));
    }
}
