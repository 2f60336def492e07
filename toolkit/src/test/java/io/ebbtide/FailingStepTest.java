package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbtide.report.Fate;
import io.ebbtide.report.Outcome;
import io.ebbtide.report.ShutdownException;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.StepReport;
import io.ebbtide.resource.Resource;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.Permit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Hooks, closes and flushes that throw, hang or wait for themselves. */
@Timeout(30)
class FailingStepTest extends OnFakeTime {

    @Test
    void keepsTheDrainItsTimeHoweverManyHooksHang() throws Exception {
        StructuredShutdown tight = open(NO_DELAY.withGracefulTimeout(Duration.ofSeconds(20)));
        tight.hooks().before("first", this::hang).before("second", this::hang);
        Permit work = (Permit) tight.requests().enter("/slow");
        work.leaveThread();

        Future<ShutdownResult> future = tight.begin(TEST);
        hanging.acquire();
        pass(Duration.ofSeconds(5));
        pass(Duration.ofMillis(500));
        hanging.acquire();
        pass(
                Duration.ofMillis(
                        1_500)); // 20 s less reserve, forcing and the drain's 10 s leave 7.5 s
        // for hooks
        pass(Duration.ofMillis(500));
        time.awaitWaiters(1);
        time.advance(Duration.ofSeconds(10).minusNanos(1));
        time.awaitWaiters(1);
        work.close();

        assertThat(future.get().stragglers()).isEmpty();
        assertThat(future.get().errors())
                .extracting(StepReport::name)
                .containsExactly("first", "second");
    }

    @Test
    void recordsWhatThrewAndGoesOn() throws Exception {
        shutdown.hooks()
                .before(
                        "hook",
                        () -> {
                            throw new AssertionError("hook");
                        })
                .flush(
                        "logs",
                        () -> {
                            throw new StackOverflowError("logs");
                        });
        shutdown.register(
                        "redis",
                        ResourceType.REDIS,
                        () -> {
                            throw new IOException("redis");
                        })
                .register("db", ResourceType.DATABASE, () -> log.add("db"));

        ShutdownResult result = shutdown.shutdown(TEST);

        assertThat(result.status()).isEqualTo(ShutdownResult.Status.WITH_ERRORS);
        assertThat(log).containsExactly("db");
        assertThat(result.errors())
                .extracting(StepReport::name)
                .containsExactly("hook", "redis", "logs");
        assertThat(result.errors())
                .extracting(step -> ((Outcome.Failed) step.outcome()).cause().getMessage())
                .containsExactly("hook", "redis", "logs");
    }

    @Test
    void abandonsAResourceThatHangsAndClosesTheNext() throws Exception {
        shutdown.register("redis", ResourceType.REDIS, this::hang)
                .register("db", ResourceType.DATABASE, () -> log.add("db"));

        Future<ShutdownResult> future = shutdown.begin(TEST);
        hanging.acquire();
        pass(Duration.ofSeconds(5));
        interrupted.acquire();
        pass(Duration.ofMillis(500));

        ShutdownResult result = future.get();
        assertThat(log).containsExactly("db");
        assertThat(result.errors())
                .singleElement()
                .satisfies(
                        step -> {
                            assertThat(step.name()).isEqualTo("redis");
                            assertThat(interrupts).hasValue(1);
                            Outcome.TimedOut timedOut = (Outcome.TimedOut) step.outcome();
                            assertThat(timedOut.allowed()).isEqualTo(Duration.ofSeconds(5));
                            assertThat(timedOut.fate()).isEqualTo(Fate.ABANDONED);
                            assertThat(timedOut.stack())
                                    .anySatisfy(
                                            frame ->
                                                    assertThat(frame.getMethodName())
                                                            .isEqualTo("hang"));
                        });
        assertThat(result.took()).isEqualTo(Duration.ofMillis(5_500));
    }

    @Test
    void countsAResourceOnceWhoseCloseIsForced() throws Exception {
        shutdown.register(
                Resource.of("index", ResourceType.CUSTOM, this::hang)
                        .withForce(() -> log.add("forced")));

        Future<ShutdownResult> future = shutdown.begin(TEST);
        hanging.acquire();
        pass(Duration.ofSeconds(5));
        interrupted.acquire();
        pass(Duration.ofMillis(500));

        assertThat(future.get().steps())
                .extracting(StepReport::name)
                .containsExactly("index", "force index");
        assertThat(log).containsExactly("forced");
        assertThat(shutdown.progress().closed()).isEqualTo(1);
        assertThat(shutdown.progress().toClose()).isEqualTo(1);
    }

    @Test
    void keepsTheReserveForFlushingHoweverMuchHangs() throws Exception {
        StructuredShutdown tight =
                open(
                        NO_DELAY.withGracefulTimeout(Duration.ofSeconds(10))
                                .withDrainTimeout(Duration.ofSeconds(1)));
        for (int i = 0; i < 3; i++) {
            tight.register(
                    Resource.of("hanging-" + i, ResourceType.CUSTOM, this::hang).withPriority(i));
        }
        tight.hooks().flush("logs", () -> log.add("flushed after " + tight.progress().elapsed()));

        Future<ShutdownResult> future = tight.begin(TEST);
        hanging.acquire();
        pass(Duration.ofSeconds(5)); // the first one's own time
        pass(Duration.ofMillis(500));
        hanging.acquire();
        pass(Duration.ofSeconds(3)); // what is left before the grace and the reserve
        pass(Duration.ofMillis(500));

        assertThat(future.get().errors()).hasSize(3);
        assertThat(log).containsExactly("flushed after PT9S");
    }

    @Test
    void doesNotLetAHookWaitForItself() throws Exception {
        shutdown.hooks().before("impatient", () -> shutdown.shutdown(TEST));

        ShutdownResult result = shutdown.shutdown(TEST);

        assertThat(result.errors())
                .singleElement()
                .satisfies(
                        step ->
                                assertThat(((Outcome.Failed) step.outcome()).cause())
                                        .isInstanceOf(IllegalStateException.class)
                                        .hasMessageContaining("'impatient'"));
    }

    @Test
    void doesNotLetACloseWaitForItself() throws Exception {
        shutdown.register("impatient", ResourceType.CUSTOM, shutdown::await);

        ShutdownResult result = shutdown.shutdown(TEST);

        assertThat(result.errors())
                .singleElement()
                .satisfies(
                        step ->
                                assertThat(((Outcome.Failed) step.outcome()).cause())
                                        .isInstanceOf(IllegalStateException.class)
                                        .hasMessageContaining("'impatient'"));
    }

    @Test
    void raisesOnDemand() {
        StructuredShutdown raising = open(NO_DELAY.withRaiseOnError(true));
        IllegalStateException cause = new IllegalStateException("broken");
        raising.register(
                "db",
                ResourceType.DATABASE,
                () -> {
                    throw cause;
                });

        assertThatThrownBy(() -> raising.shutdown(TEST))
                .isInstanceOf(ShutdownException.class)
                .hasCause(cause);
    }

    private final Semaphore hanging = new Semaphore(0);
    private final Semaphore interrupted = new Semaphore(0);
    private final CountDownLatch never = new CountDownLatch(1);
    private final AtomicInteger interrupts = new AtomicInteger();

    /** A close that is deaf to interrupts. */
    private void hang() {
        hanging.release();
        while (never.getCount() > 0) {
            try {
                never.await();
            } catch (InterruptedException again) {
                interrupts.incrementAndGet();
                interrupted.release();
            }
        }
    }

    @AfterEach
    void letGo() {
        never.countDown();
    }
}
