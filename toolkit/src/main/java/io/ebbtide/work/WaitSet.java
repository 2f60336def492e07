package io.ebbtide.work;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * The threads that wait, each for something to become true. All waiting for work goes through here.
 *
 * <p>No wake-up is lost: a waiter adds itself <em>before</em> it looks at its condition, and whoever makes the condition
 * true does so <em>before</em> it calls {@link #wake}. Both steps are volatile, so one of the two sees the other.
 *
 * <p>Whoever wakes looks at the conditions itself, and lets those sleep on for whom nothing has come true: of a thousand
 * subtasks that end, only the last one wakes the thread that joins them all.
 *
 * <p>Waiters are few (a coordinator, some callers of {@code await}); adding one copies an array.
 */
final class WaitSet {

    private static final Waiter[] NOBODY = {};

    private final TimeSource time;
    private final AtomicReference<Waiter[]> waiting = new AtomicReference<>(NOBODY);

    /** No record: what compares two of them for equality would keep their class loader from being collected. */
    private static final class Waiter {
        private final Thread thread;
        private final BooleanSupplier condition;

        Waiter(Thread thread, BooleanSupplier condition) {
            this.thread = thread;
            this.condition = condition;
        }
    }

    WaitSet(TimeSource time) {
        this.time = time;
    }

    /**
     * Waits until {@code condition} holds or the deadline passes. Looks at the condition at least once, also when the
     * deadline has passed.
     *
     * @param condition reads volatile state only; called many times, on the waiting thread and on those that wake
     * @return the last answer of the condition
     * @throws InterruptedException if interrupted while the condition does not hold
     */
    boolean await(BooleanSupplier condition, Deadline deadline) throws InterruptedException {
        if (condition.getAsBoolean()) {
            return true;
        }
        Waiter self = new Waiter(Thread.currentThread(), condition);
        waiting.updateAndGet(waiters -> with(waiters, self));
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
            waiting.updateAndGet(waiters -> without(waiters, self));
        }
    }

    /** Wakes those whose condition holds now. Costs one volatile read when nobody waits. */
    void wake() {
        for (Waiter waiter : waiting.get()) {
            if (waiter.condition.getAsBoolean()) {
                time.unpark(waiter.thread);
            }
        }
    }

    private static Waiter[] with(Waiter[] waiters, Waiter added) {
        Waiter[] more = Arrays.copyOf(waiters, waiters.length + 1);
        more[waiters.length] = added;
        return more;
    }

    private static Waiter[] without(Waiter[] waiters, Waiter gone) {
        return Arrays.stream(waiters).filter(waiter -> !waiter.equals(gone)).toArray(Waiter[]::new);
    }
}
