package io.ebbtide.work;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * The instant at which waiting ends. One deadline stands for a whole budget: it is made once at the edge, from a {@link
 * Duration}, and then passed on, so that no two steps can each spend the same time.
 *
 * <p>Immutable. Durations beyond 146 years saturate; a deadline that far away never passes.
 */
public final class Deadline {

    /** Half the range of the clock: further away than this, "before" and "after" could be mixed up. */
    private static final long FARTHEST = Long.MAX_VALUE / 2;

    private final TimeSource time;
    private final long at;

    /**
     * A deadline that lies {@code budget} ahead of now.
     *
     * @param budget zero for a deadline that has passed already
     * @throws IllegalArgumentException if {@code budget} is negative
     */
    public static Deadline in(Duration budget, TimeSource time) {
        if (budget.isNegative()) {
            throw new IllegalArgumentException(
                    "budget: " + budget + " is negative; allowed is zero or more");
        }
        return new Deadline(time, time.nanos() + saturatedNanos(budget));
    }

    /** {@return a deadline that does not pass} */
    public static Deadline never(TimeSource time) {
        return new Deadline(time, time.nanos() + FARTHEST);
    }

    private Deadline(TimeSource time, long at) {
        this.time = time;
        this.at = at;
    }

    /** {@return the time that is left; zero once passed} */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, at - time.nanos()));
    }

    /** {@return whether nothing is left} */
    public boolean isPassed() {
        return at - time.nanos() <= 0;
    }

    /** {@return whichever of the two passes first; both must be of the same time source} */
    public Deadline earlier(Deadline other) {
        return other.at - at < 0 ? other : this;
    }

    /** {@return whichever of the two passes last; both must be of the same time source} */
    public Deadline later(Deadline other) {
        return other.at - at > 0 ? other : this;
    }

    /** {@return a deadline that lies {@code share} before this one: what a later step keeps for itself} */
    public Deadline minus(Duration share) {
        return new Deadline(time, at - saturatedNanos(share));
    }

    /** {@return a deadline that lies {@code more} behind this one} */
    public Deadline plus(Duration more) {
        return new Deadline(time, at + saturatedNanos(more));
    }

    /** {@return the deadline {@code budget} from now, or this one if that is earlier} */
    public Deadline atMost(Duration budget) {
        return in(budget, time).earlier(this);
    }

    /**
     * Asks {@code condition} every {@code interval} until it holds or this deadline passes: for things of others, which tell
     * nobody when they change. Asks at least once.
     *
     * @return the last answer
     * @throws InterruptedException if interrupted while the condition does not hold
     */
    public boolean poll(BooleanSupplier condition, Duration interval) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while waiting");
            }
            if (isPassed()) {
                return false;
            }
            time.parkUntil(condition, atMost(interval).nanos());
        }
        return true;
    }

    /** {@return the instant in nanoseconds of its {@link TimeSource}} */
    public long nanos() {
        return at;
    }

    @Override
    public String toString() {
        return "Deadline[in " + remaining() + "]";
    }

    private static long saturatedNanos(Duration duration) {
        return duration.compareTo(Duration.ofNanos(FARTHEST)) >= 0 ? FARTHEST : duration.toNanos();
    }
}
