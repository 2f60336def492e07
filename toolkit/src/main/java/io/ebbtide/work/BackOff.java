package io.ebbtide.work;

import java.time.Duration;

/**
 * How long to wait before a task is started again: longer each time, up to a limit, and a little less at random so that
 * many services do not come back in step.
 *
 * <p>The pause before the n-th restart in a row is {@code first × factor}<sup>n-1</sup>, at most {@code longest}, less
 * a random share of up to {@code jitter}. A run that lasts for {@code longest} counts as sound: after it, pauses begin
 * at {@code first} again.
 *
 * <pre>{@code
 * BackOff.defaults().withLongest(Duration.ofMinutes(5))
 * }</pre>
 *
 * @param first the pause before the first restart; zero for none
 * @param factor by how much each pause is longer than the one before; 1 for pauses of the same length
 * @param longest no pause is longer; beyond 146 years it makes no difference
 * @param jitter the largest share of a pause that chance may take away, from 0 (none) to 1 (all of it)
 */
public record BackOff(Duration first, double factor, Duration longest, double jitter) {

    private static final double NANOS = 1e9;
    private static final BackOff DEFAULTS =
            new BackOff(Duration.ofMillis(100), 2, Duration.ofSeconds(30), 0.2);

    /**
     * Checks each part and that they go together.
     *
     * @throws IllegalArgumentException if one is out of range, or {@code first} is longer than {@code longest}
     */
    public BackOff {
        if (first.isNegative()) {
            throw new IllegalArgumentException(
                    "first: " + first + " is negative; allowed is zero or more");
        }
        if (longest.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "longest: " + longest + "; allowed is first, " + first + ", or more");
        }
        if (!(factor >= 1 && factor <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException("factor: " + factor + "; allowed is 1 or more");
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("jitter: " + jitter + "; allowed is 0 to 1");
        }
    }

    /** {@return pauses from 100 ms, doubled each time up to 30 s, of which chance takes away up to a fifth} */
    public static BackOff defaults() {
        return DEFAULTS;
    }

    /** {@return the same with another first pause} */
    public BackOff withFirst(Duration first) {
        return new BackOff(first, factor, longest, jitter);
    }

    /** {@return the same with pauses that grow faster or slower} */
    public BackOff withFactor(double factor) {
        return new BackOff(first, factor, longest, jitter);
    }

    /** {@return the same with another limit of the pauses} */
    public BackOff withLongest(Duration longest) {
        return new BackOff(first, factor, longest, jitter);
    }

    /** {@return the same with more or less chance in it} */
    public BackOff withJitter(double jitter) {
        return new BackOff(first, factor, longest, jitter);
    }

    /**
     * {@return the pause before a restart}
     *
     * @param before how many restarts in a row there were before it
     * @param chance from 0 to 1: how much of the jitter is taken away
     */
    Duration pause(int before, double chance) {
        if (first.isZero()) {
            return Duration.ZERO; // times infinity it would be no number
        }
        double grown = Math.min(nanos(first) * Math.pow(factor, before), nanos(longest));
        return Duration.ofNanos((long) (grown * (1 - jitter * chance)));
    }

    private static double nanos(Duration duration) {
        return duration.getSeconds() * NANOS + duration.getNano();
    }
}
