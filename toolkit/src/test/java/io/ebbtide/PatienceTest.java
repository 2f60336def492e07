package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.StepReport;
import io.ebbtide.resource.Resource;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.Deadline;
import io.ebbtide.work.FakeTime;
import io.ebbtide.work.Permit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

@Timeout(30)
class PatienceTest {

    private static final Duration GRACE = Duration.ofMillis(500);
    private static final Duration HOUR = Duration.ofHours(1);

    private final FakeTime time = new FakeTime();
    private final List<Duration> allowed = new CopyOnWriteArrayList<>();
    private final Patience patience = new Patience(GRACE, HOUR, () -> {});

    @Test
    void cutsAWaitToTheGraceOnceSomebodyIsInAHurryAndLeavesNoInterruptBehind() throws Exception {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread.ofPlatform()
                .start(
                        () -> {
                            patience.await(this::park, Deadline.in(HOUR, time));
                            interrupted.complete(Thread.currentThread().isInterrupted());
                        });
        time.awaitWaiters(1);

        patience.hurry();

        assertThat(interrupted.join()).isFalse();
        assertThat(allowed).containsExactly(HOUR, GRACE);
    }

    @Test
    void cutsLaterWaitsAsWell() {
        patience.hurry();

        boolean ended =
                patience.await(
                        deadline -> allowed.add(deadline.remaining()), Deadline.in(HOUR, time));

        assertThat(ended).isTrue();
        assertThat(allowed).containsExactly(GRACE);
    }

    @Test
    void cannotBeCalledOffOnceCommittedOrHurried() {
        assertThat(patience.commit()).isTrue();
        assertThat(patience.callOff()).isFalse();

        Patience hurried = new Patience(GRACE, HOUR, () -> {});
        hurried.hurry();
        assertThat(hurried.callOff()).isFalse();
        assertThat(hurried.commit()).isTrue();
    }

    @Test
    void waitsForWorkAndClosesUntilTheEndOfTheBudgetIfToldTo() throws Exception {
        StructuredShutdown shutdown =
                StructuredShutdown.open(
                        ShutdownConfig.defaults()
                                .withLameDuck(Duration.ZERO)
                                .withProgressInterval(HOUR)
                                .withForceAfterTimeout(false),
                        time);
        CountDownLatch closing = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        shutdown.register(
                Resource.of("db", ResourceType.DATABASE, () -> close(closing, release))
                        .withTimeout(Duration.ofSeconds(1)));
        Permit work = (Permit) shutdown.requests().enter("work");
        CompletableFuture<ShutdownResult> future =
                shutdown.begin(new ShutdownReason.Requested("test"));
        time.awaitWaiters(1);
        time.advance(Duration.ofSeconds(20)); // the drain timeout is 10 s
        work.close();
        closing.await();
        time.advance(Duration.ofSeconds(5));
        release.countDown();

        ShutdownResult result = future.join();
        assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(result.steps()).extracting(StepReport::name).containsExactly("db");
    }

    private static void close(CountDownLatch begun, CountDownLatch release)
            throws InterruptedException {
        begun.countDown();
        release.await();
    }

    /** Waits until it is interrupted, and comes to its end the next time. */
    private boolean park(Deadline deadline) throws InterruptedException {
        allowed.add(deadline.remaining());
        while (allowed.size() == 1) {
            time.parkUntil(this, deadline.nanos());
            if (Thread.interrupted()) {
                throw new InterruptedException("woken");
            }
        }
        return true;
    }
}
