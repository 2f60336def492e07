package io.ebbtide.work;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * The threads that wait for something to become true. All waiting for work goes through here.
 *
 * <p>No wake-up is lost: a waiter adds itself <em>before</em> it looks at the condition, and whoever makes the condition
 * true does so <em>before</em> it calls {@link #wake}. Both steps are volatile, so one of the two sees the other.
 *
 * <p>Waiters are few (a coordinator, some callers of {@code await}); adding one copies an array.
 */
final class WaitSet {

    private static final Thread[] NOBODY = {};

    private final TimeSource time;
    private final AtomicReference<Thread[]> waiting = new AtomicReference<>(NOBODY);

    WaitSet(TimeSource time) {
        this.time = time;
    }

    /**
     * Waits until {@code condition} holds or the deadline passes. Looks at the condition at least once, also when the
     * deadline has passed.
     *
     * @param condition reads volatile state only; called many times, on the waiting thread
     * @return the last answer of the condition
     * @throws InterruptedException if interrupted while the condition does not hold
     */
    boolean await(BooleanSupplier condition, Deadline deadline) throws InterruptedException {
        if (condition.getAsBoolean()) {
            return true;
        }
        Thread self = Thread.currentThread();
        waiting.updateAndGet(threads -> with(threads, self));
        try {
            while (!condition.getAsBoolean()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted while waiting");
                }
                if (deadline.isPassed()) {
                    return condition.getAsBoolean();
                }
                time.parkUntil(this, deadline.nanos());
            }
            return true;
        } finally {
            waiting.updateAndGet(threads -> without(threads, self));
        }
    }

    /** Lets everyone look again. Costs one volatile read when nobody waits. */
    void wake() {
        for (Thread thread : waiting.get()) {
            time.unpark(thread);
        }
    }

    private static Thread[] with(Thread[] threads, Thread added) {
        Thread[] more = Arrays.copyOf(threads, threads.length + 1);
        more[threads.length] = added;
        return more;
    }

    private static Thread[] without(Thread[] threads, Thread gone) {
        return Arrays.stream(threads).filter(thread -> thread != gone).toArray(Thread[]::new);
    }
}
