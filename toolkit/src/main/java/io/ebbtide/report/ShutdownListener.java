package io.ebbtide.report;

import java.io.PrintStream;

/**
 * Is told what a shutdown does, as it does it. Implement what you need.
 *
 * <p>All calls come from one thread that does nothing else, in order. A listener that blocks delays the others, never
 * the shutdown: what it has not been told when the shutdown ends it is not told at all. What it throws goes to standard
 * error.
 */
public interface ShutdownListener {

    /** A phase has begun. */
    default void phaseBegan(ShutdownProgress progress) {}

    /** Something is still being waited for. Called every {@code progressInterval}. */
    default void progressed(ShutdownProgress progress) {}

    /** A step has ended. */
    default void stepEnded(StepReport step) {}

    /** Work was still running at the drain deadline. */
    default void straggled(Straggler straggler) {}

    /** A background task has failed for good, perhaps long before the shutdown. */
    default void taskFailed(FailedTask task) {}

    /** The shutdown has been called off before it refused anybody: the service goes on. */
    default void calledOff(ShutdownProgress progress) {}

    /** The shutdown is over. */
    default void ended(ShutdownResult result) {}

    /** {@return a listener that writes to the {@link System.Logger} of the given name} */
    static ShutdownListener logging(String logger) {
        return logging(System.getLogger(logger));
    }

    /** {@return a listener that writes to the given logger} */
    static ShutdownListener logging(System.Logger logger) {
        return new LogReport(logger);
    }

    /**
     * {@return a listener for people who watch: a line that renews itself on a terminal, lines of their own elsewhere,
     * and the timeline at the end}
     */
    static ShutdownListener console(PrintStream out) {
        return new ConsoleReport(out, ConsoleReport.Screen.detect());
    }
}
