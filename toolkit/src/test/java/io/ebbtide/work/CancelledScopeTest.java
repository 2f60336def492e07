package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** A scope whose work is to end at once. */
@Timeout(30)
class CancelledScopeTest extends OnAnOpenScope {

    @Test
    void interruptsWhoIsInsideAndWaitsForThem() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        Fork<Boolean> sleeper =
                work.fork(
                        "sleeper",
                        () -> {
                            inside.countDown();
                            new CountDownLatch(1).await();
                            return true;
                        });
        inside.await();

        assertThat(work.close(Deadline.in(Duration.ofSeconds(20), TimeSource.system()))).isEmpty();

        assertThat(sleeper.failure()).containsInstanceOf(InterruptedException.class);
        assertThat(work.state()).isEqualTo(Scope.State.CLOSED);
    }

    @Test
    void returnsTheSurvivorsOfABoundedClose() throws Exception {
        Permit stubborn = enter("stubborn");
        stubborn.leaveThread();

        assertThat(work.close(in(0))).containsExactly(stubborn);
        assertThat(work.state()).isEqualTo(Scope.State.CLOSED);
        stubborn.close();
    }

    @Test
    void interruptsMuchWorkInBatchesEachWhenTheOneBeforeHasEnded() throws Exception {
        Scope many = Scope.open("many", time);
        AtomicInteger interrupted = new AtomicInteger();
        Semaphore ends = new Semaphore(0);
        crowd(many, () -> staysUntilLetGo(interrupted, ends));
        Thread canceller = Thread.ofPlatform().start(() -> cancel(many, in(9)));

        for (int left : List.of(3_000, 1_000)) {
            awaitCount(interrupted, 5_000 - left);
            time.awaitWaiters(1);
            ends.release(2_000);
            awaitInFlight(many, left);
            time.advance(Duration.ofMillis(1));
        }
        canceller.join();

        awaitCount(interrupted, 5_000);
        ends.release(1_000);
        assertThat(many.join(Deadline.never(time))).isTrue();
    }

    @Test
    void givesABatchThatDoesNotEndItsShareOfTheTime() throws Exception {
        Scope many = Scope.open("many", time);
        AtomicInteger interrupted = new AtomicInteger();
        Semaphore ends = new Semaphore(0);
        crowd(many, () -> staysUntilLetGo(interrupted, ends));
        Thread canceller = Thread.ofPlatform().start(() -> cancel(many, in(9)));

        for (int soFar : List.of(2_000, 4_000)) {
            awaitCount(interrupted, soFar);
            time.awaitWaiters(1);
            time.advance(Duration.ofSeconds(3).minusNanos(1));
            time.awaitWaiters(1);
            assertThat(interrupted).hasValue(soFar);
            time.advance(Duration.ofNanos(1));
        }
        canceller.join();

        awaitCount(interrupted, 5_000);
        ends.release(5_000);
        assertThat(many.join(Deadline.never(time))).isTrue();
    }

    /** Five thousand who are all inside: two batches and a half. */
    private void crowd(Scope scope, Callable<Boolean> stay) throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(5_000);
        for (int i = 0; i < 5_000; i++) {
            scope.fork(
                    "sleeper",
                    () -> {
                        inside.countDown();
                        return stay.call();
                    });
        }
        inside.await();
    }

    private boolean staysUntilLetGo(AtomicInteger interrupted, Semaphore ends) {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException told) {
            interrupted.incrementAndGet();
            ends.acquireUninterruptibly();
        }
        return true;
    }

    private void awaitCount(AtomicInteger count, int expected) {
        while (count.get() < expected) {
            Thread.onSpinWait();
        }
        assertThat(count).hasValue(expected);
    }

    private void cancel(Scope scope, Deadline deadline) {
        try {
            scope.cancel(deadline);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Who has been interrupted leaves; nobody else does. */
    private void awaitInFlight(Scope scope, int expected) {
        while (scope.inFlight() > expected) {
            Thread.onSpinWait();
        }
        assertThat(scope.inFlight()).isEqualTo(expected);
    }

    @Test
    void admitsNobodyNotEvenFromInside() {
        Permit request = enter("order");
        work.cancel();

        assertThat(request.<Admission, RuntimeException>call(() -> requests.enter("x")))
                .isEqualTo(Refusal.SHUTTING_DOWN);
        request.close();
    }

    @Test
    void doesNotInterruptAThreadThatHasLeft() {
        Permit request = enter("async");
        request.leaveThread();

        work.cancel();

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(work.inFlight()).isEqualTo(1);
    }

    @Test
    void interruptsAThreadThatComesBackIn() {
        Permit request = enter("async");
        request.leaveThread();
        work.cancel();

        request.enterThread();

        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        request.close();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
}
