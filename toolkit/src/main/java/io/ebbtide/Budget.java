package io.ebbtide;

import java.time.Duration;

/** The arithmetic of a configuration: what the whole must have room for. */
record Budget(ShutdownConfig config) {

    private static final Duration TOO_LONG = Duration.ofSeconds(Long.MAX_VALUE);

    /**
     * Checks that the parts fit into the whole.
     *
     * @throws IllegalArgumentException if they do not, with the sum
     */
    ShutdownConfig ensureFits() {
        Duration lameDuck = config.lameDuck();
        if (lameDuck.isPositive() && config.lameDuckQuiet().compareTo(lameDuck) > 0) {
            throw new IllegalArgumentException(
                    "lameDuckQuiet: "
                            + config.lameDuckQuiet()
                            + " is longer than lameDuck; allowed is at most "
                            + lameDuck);
        }
        Duration parts = parts();
        if (parts.compareTo(config.gracefulTimeout()) > 0 || parts.equals(TOO_LONG)) {
            throw new IllegalArgumentException(
                    "gracefulTimeout: "
                            + config.gracefulTimeout()
                            + " is too short for lameDuck "
                            + lameDuck
                            + " + drainTimeout "
                            + config.drainTimeout()
                            + " + 3 x interruptGrace "
                            + config.interruptGrace()
                            + " + flushReserve "
                            + config.flushReserve()
                            + "; allowed is at least their sum, "
                            + parts);
        }
        return config;
    }

    /** {@return the sum of what the whole must have room for} */
    Duration parts() {
        try {
            return config.lameDuck()
                    .plus(config.drainTimeout())
                    .plus(forcingShare())
                    .plus(config.flushReserve());
        } catch (ArithmeticException tooLong) {
            return TOO_LONG;
        }
    }

    /** {@return when the process is gone at the latest, from the beginning of the shutdown} */
    Duration untilGone() {
        try {
            return config.gracefulTimeout().plus(Watchdog.LATEST);
        } catch (ArithmeticException tooLong) {
            return TOO_LONG;
        }
    }

    /** {@return what forcing may take: a grace each for answering, for interrupted work, for cutting} */
    Duration forcingShare() {
        return config.interruptGrace().multipliedBy(3);
    }
}
