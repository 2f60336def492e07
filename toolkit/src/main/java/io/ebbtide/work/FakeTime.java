package io.ebbtide.work;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A time source for tests: time stands still until the test moves it, and whoever waits is woken exactly when its
 * instant has come.
 *
 * {@snippet file="io/ebbtide/examples/Example11FakeTimeTest.java" region="main"}
 *
 * <p>Time stands still, but threads do not: move it only once what is to be waited for has begun. {@link #awaitWaiters}
 * tells that somebody waits, {@code StructuredShutdown.awaitPhase} that the shutdown has come to the drain.
 *
 * <p>Thread-safe. It starts a little before the clock's overflow, so that code which compares instants by their order
 * fails in its first test.
 */
public final class FakeTime implements TimeSource {

    private static final long START = Long.MAX_VALUE - Duration.ofSeconds(1).toNanos();

    private final Map<Thread, Long> waiters = new HashMap<>();
    private long now = START;

    /** A clock that stands still. */
    public FakeTime() {}

    @Override
    public synchronized long nanos() {
        return now;
    }

    /**
     * Moves time forward and wakes everyone whose instant has come.
     *
     * @throws IllegalArgumentException if {@code by} is negative
     */
    public synchronized void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException(
                    "by: " + by + " is negative; time only moves forward");
        }
        now += by.toNanos();
        waiters.entrySet()
                .removeIf(
                        waiter -> {
                            boolean due = waiter.getValue() - now <= 0;
                            if (due) {
                                LockSupport.unpark(waiter.getKey());
                            }
                            return due;
                        });
    }

    /**
     * Blocks, in real time, until at least {@code count} threads wait on this time source.
     *
     * @throws InterruptedException if interrupted meanwhile
     */
    public synchronized void awaitWaiters(int count) throws InterruptedException {
        while (waiters.size() < count) {
            wait();
        }
    }

    @Override
    public void parkUntil(Object blocker, long instant) {
        Thread self = Thread.currentThread();
        synchronized (this) {
            if (instant - now <= 0) {
                return;
            }
            waiters.put(self, instant);
            notifyAll();
        }
        LockSupport.park(blocker);
        synchronized (this) {
            waiters.remove(self);
        }
    }

    @Override
    public void unpark(Thread thread) {
        synchronized (this) {
            waiters.remove(thread);
        }
        LockSupport.unpark(thread);
    }
}
