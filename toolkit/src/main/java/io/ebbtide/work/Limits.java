package io.ebbtide.work;

/**
 * How many tasks of a {@link ShutdownAwareExecutor} run at the same time, and how many more may wait for their turn.
 *
 * <pre>{@code
 * Limits.unbounded()                         // each task runs at once
 * Limits.concurrency(16)                     // 16 at a time, any number waits
 * Limits.concurrency(16).withQueue(1_000)    // 16 at a time, 1,000 wait, one more is rejected
 * Limits.concurrency(16).withQueue(0)        // 16 at a time, nobody waits
 * }</pre>
 *
 * <p>Beware of tasks that wait for other tasks of the same executor: once they take up the whole concurrency, those they
 * wait for cannot start.
 *
 * @param concurrency how many run at the same time, at least 1; {@link #UNBOUNDED} for any number
 * @param queueCapacity how many wait, at least 0; {@link #UNBOUNDED} for any number
 */
public record Limits(int concurrency, int queueCapacity) {

    /** Any number. */
    public static final int UNBOUNDED = Integer.MAX_VALUE;

    /**
     * @throws IllegalArgumentException if a number is out of its range
     */
    public Limits {
        ensureAtLeast(1, "concurrency", concurrency);
        ensureAtLeast(0, "queueCapacity", queueCapacity);
    }

    /** {@return no limits: nobody ever waits} */
    public static Limits unbounded() {
        return concurrency(UNBOUNDED);
    }

    /** {@return a limit for what runs, and none for what waits} */
    public static Limits concurrency(int concurrency) {
        return new Limits(concurrency, UNBOUNDED);
    }

    /** {@return the same with a limit for what waits} */
    public Limits withQueue(int capacity) {
        return new Limits(concurrency, capacity);
    }

    private static void ensureAtLeast(int least, String what, int value) {
        if (value < least) {
            throw new IllegalArgumentException(
                    what + ": " + value + "; allowed is " + least + " or more");
        }
    }
}
