package io.ebbtide.work;

import java.util.concurrent.locks.LockSupport;

/**
 * Where time comes from, and the only way in which Ebbtide waits.
 *
 * <p>Everything that waits parks through a time source until an instant of that same source, so that a test can replace
 * both the clock and the waiting by {@link FakeTime}. Instants are monotonic nanoseconds without a meaning of their own:
 * compare two of them by their difference, never by their order ({@code a - b < 0}, not {@code a < b}), because they may
 * be negative and may overflow.
 *
 * <p>Implementations are thread-safe. Wall-clock time plays no part.
 */
public interface TimeSource {

    /** {@return the time source of the JVM, {@link System#nanoTime()} and {@link LockSupport}} */
    static TimeSource system() {
        return SystemTime.INSTANCE;
    }

    /** {@return the present instant in nanoseconds; never runs backwards} */
    long nanos();

    /**
     * Blocks the calling thread until it is unparked, interrupted or the instant has come.
     *
     * <p>May return early for no reason at all: call it in a loop that looks at what it waits for. Does not throw when
     * interrupted and leaves the interrupt flag as it is.
     *
     * @param blocker what the thread waits for, shown in thread dumps
     * @param instant when to return at the latest, in nanoseconds of this source; a past one returns at once
     */
    void parkUntil(Object blocker, long instant);

    /**
     * Lets {@code thread} return from {@link #parkUntil}, now or, if it is not parked, the next time it parks.
     *
     * @param thread a thread that waits, or may be about to
     */
    void unpark(Thread thread);
}

/** The clock and the parking place of the JVM. */
enum SystemTime implements TimeSource {
    INSTANCE;

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public void parkUntil(Object blocker, long instant) {
        long left = instant - System.nanoTime();
        if (left > 0) {
            LockSupport.parkNanos(blocker, left);
        }
    }

    @Override
    public void unpark(Thread thread) {
        LockSupport.unpark(thread);
    }
}
