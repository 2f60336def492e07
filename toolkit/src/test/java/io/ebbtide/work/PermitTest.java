package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;

@Timeout(30)
class PermitTest {

    private final Scope scope = Scope.open("work", TimeSource.system());

    private Permit enter() {
        return (Permit) scope.enter("request");
    }

    @AfterEach
    void clearTheFlag() {
        Thread.interrupted();
    }

    @Test
    void endsOnceHoweverOftenItIsClosed() {
        Permit other = enter();
        Permit permit = enter();

        permit.close();
        permit.close();

        assertThat(scope.inFlight()).isEqualTo(1);
        assertThat(permit.isEnded()).isTrue();
        assertThat(other.isEnded()).isFalse();
    }

    @RepeatedTest(200)
    void endsOnceWhenTwoThreadsCloseIt() throws Exception {
        Permit permit = enter();
        CyclicBarrier barrier = new CyclicBarrier(2);
        Thread rival =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    meet(barrier);
                                    permit.close();
                                });
        meet(barrier);
        permit.close();
        rival.join();

        assertThat(scope.inFlight()).isZero();
    }

    @Test
    void leavesWithoutTheInterruptThatItGotInside() {
        Permit permit = enter();
        scope.cancel();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();

        permit.close();

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void leavesWithTheInterruptThatItBroughtAlong() {
        Thread.currentThread().interrupt();
        Permit permit = enter();
        scope.cancel();

        permit.close();

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void leavesTheFlagOfAThreadThatOnlyClosesIt() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Fork<Boolean> fork =
                scope.fork(
                        "task",
                        () -> {
                            inside.countDown();
                            awaitDeaf(release);
                            return Thread.currentThread().isInterrupted();
                        });
        inside.await();
        scope.cancel();
        Thread.currentThread().interrupt();

        fork.permit().close();

        assertThat(Thread.interrupted()).isTrue();
        release.countDown();
        fork.join(Deadline.in(Duration.ofSeconds(20), TimeSource.system()));
    }

    @RepeatedTest(200)
    void neverLeavesAnInterruptBehindWhenCancelRacesTheEnd() throws Exception {
        Scope racing = Scope.open("race", TimeSource.system());
        CyclicBarrier barrier = new CyclicBarrier(2);
        AtomicBoolean carried = new AtomicBoolean();
        Thread worker =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    Permit permit = (Permit) racing.enter("request");
                                    meet(barrier);
                                    permit.close();
                                    // From here on the thread serves somebody else.
                                    carried.set(Thread.currentThread().isInterrupted());
                                });
        meet(barrier);
        racing.cancel();
        worker.join();

        assertThat(carried).isFalse();
    }

    @Test
    void forgetsNoThreadWhenOneLeavesAsTheNextComesIn() throws Exception {
        Permit permit = enter();
        permit.leaveThread();
        Runnable visits =
                () -> {
                    for (int i = 0; i < 100_000; i++) {
                        permit.enterThread();
                        permit.leaveThread();
                    }
                };
        Thread other = Thread.ofPlatform().start(visits);
        visits.run();
        other.join();

        assertThat(permit.thread()).isEmpty();
        permit.close();
    }

    @Test
    void isWhatCodeInsideFindsAsItsRequestScope() {
        Permit permit = enter();

        permit.run(() -> assertThat(RequestScope.current()).contains(permit));

        assertThat(RequestScope.current()).isEmpty();
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitDeaf(CountDownLatch latch) {
        boolean done = false;
        boolean interrupted = false;
        while (!done) {
            try {
                latch.await();
                done = true;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
