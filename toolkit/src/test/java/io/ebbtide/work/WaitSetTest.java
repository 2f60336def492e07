package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

@Timeout(30)
class WaitSetTest {

    private final FakeTime time = new FakeTime();
    private final WaitSet waiters = new WaitSet(time);
    private final AtomicBoolean condition = new AtomicBoolean();

    @Test
    void answersAtOnceWhenTheConditionHolds() throws Exception {
        condition.set(true);
        assertThat(waiters.await(condition::get, Deadline.in(Duration.ZERO, time))).isTrue();
    }

    @Test
    void answersAtOnceWhenTheDeadlineHasPassed() throws Exception {
        assertThat(waiters.await(condition::get, Deadline.in(Duration.ZERO, time))).isFalse();
    }

    @Test
    void wakesEveryoneWhoWaits() throws Exception {
        AtomicInteger woken = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        if (awaitQuietly(Deadline.never(time))) {
                                            woken.incrementAndGet();
                                        }
                                    }));
        }
        time.awaitWaiters(8);

        condition.set(true);
        waiters.wake();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(woken).hasValue(8);
    }

    @Test
    void keepsWaitingWhenWokenForNothing() throws Exception {
        Thread waiter = Thread.ofPlatform().start(() -> awaitQuietly(Deadline.never(time)));
        for (int i = 0; i < 100; i++) {
            time.awaitWaiters(1);
            waiters.wake();
        }
        assertThat(waiter.isAlive()).isTrue();

        condition.set(true);
        waiters.wake();
        waiter.join();
    }

    @Test
    void givesUpAtTheDeadlineAndNotBefore() throws Exception {
        Deadline deadline = Deadline.in(Duration.ofSeconds(3), time);
        Thread waiter =
                Thread.ofPlatform().start(() -> assertThat(awaitQuietly(deadline)).isFalse());
        time.awaitWaiters(1);

        time.advance(Duration.ofSeconds(3).minusNanos(1));
        time.awaitWaiters(1);
        assertThat(waiter.isAlive()).isTrue();
        time.advance(Duration.ofNanos(1));

        waiter.join();
    }

    @Test
    void throwsWhenInterrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> waiters.await(condition::get, Deadline.never(time)))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void losesNoWakeUpOnTheRealClock() throws Exception {
        WaitSet real = new WaitSet(TimeSource.system());
        for (int round = 0; round < 20_000; round++) {
            AtomicBoolean done = new AtomicBoolean();
            Thread waker =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        done.set(true);
                                        real.wake();
                                    });
            assertThat(
                            real.await(
                                    done::get,
                                    Deadline.in(Duration.ofSeconds(20), TimeSource.system())))
                    .isTrue();
            waker.join();
        }
    }

    private boolean awaitQuietly(Deadline deadline) {
        try {
            return waiters.await(condition::get, deadline);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
