package io.ebbtide;

import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;

import java.util.Objects;

/**
 * What the process tells whoever started it. Each status is a number from 0 to 255, and what is not clean differs from
 * what is.
 *
 * {@snippet file="io/ebbtide/examples/Example10SignalsAndExitStatuses.java" region="main"}
 *
 * @param clean all work ended by itself, every step completed
 * @param withErrors a hook, an entrance, a close, a flush or a background task failed
 * @param forced work was still running at the drain deadline, or a third signal halted the process
 * @param halted the process did not end by itself
 * @param afterSignal what a clean shutdown says that a signal began
 */
public record ExitStatuses(
        int clean, int withErrors, int forced, int halted, AfterSignal afterSignal) {

    private static final ExitStatuses DEFAULTS = new ExitStatuses(0, 1, 2, 70, AfterSignal.CLEAN);

    /** The status of a clean shutdown that a signal began. */
    public enum AfterSignal {
        /** The same as after any other clean shutdown. */
        CLEAN,
        /** 128 and the signal's number, as of a process that the signal has ended: 143 for TERM, 130 for INT. */
        SIGNAL_NUMBER
    }

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of range or cannot be told from {@code clean}; it names the option,
     *     the value and what is allowed
     */
    public ExitStatuses {
        Objects.requireNonNull(afterSignal, "afterSignal");
        ensureInRange("clean", clean);
        ensureToldApart("withErrors", withErrors, clean);
        ensureToldApart("forced", forced, clean);
        ensureToldApart("halted", halted, clean);
    }

    /** {@return 0, 1, 2 and 70} */
    public static ExitStatuses defaults() {
        return DEFAULTS;
    }

    /** {@return the same with another status after a signal} */
    public ExitStatuses withAfterSignal(AfterSignal afterSignal) {
        return new ExitStatuses(clean, withErrors, forced, halted, afterSignal);
    }

    /** {@return the status that tells the truth about {@code result}} */
    public int of(ShutdownResult result) {
        return switch (result.status()) {
            case SUCCESSFUL ->
                    afterSignal == AfterSignal.SIGNAL_NUMBER
                                    && result.reason() instanceof ShutdownReason.Signal signal
                            ? numbered(signal.name())
                            : clean;
            case WITH_ERRORS -> withErrors;
            case FORCED -> forced;
        };
    }

    /** Source of the numbers: POSIX, which fixes these three. */
    private int numbered(String signal) {
        return switch (signal) {
            case "HUP" -> 128 + 1;
            case "INT" -> 128 + 2;
            case "TERM" -> 128 + 15;
            default -> clean;
        };
    }

    private static void ensureInRange(String option, int status) {
        if (status < 0 || status > 255) {
            throw new IllegalArgumentException(
                    option + ": exit status " + status + "; allowed is 0 to 255");
        }
    }

    private static void ensureToldApart(String option, int status, int clean) {
        ensureInRange(option, status);
        if (status == clean) {
            throw new IllegalArgumentException(
                    option
                            + ": exit status "
                            + status
                            + " is that of a clean shutdown; allowed is any other from 0 to 255");
        }
    }
}
