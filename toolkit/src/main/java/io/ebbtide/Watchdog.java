package io.ebbtide;

import io.ebbtide.report.SafeText;
import io.ebbtide.work.Deadline;
import io.ebbtide.work.Permit;
import io.ebbtide.work.TimeSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The last resort: a process that should have ended by itself and has not is ended here, with status 70, after what is
 * stuck has been printed to standard error.
 *
 * <p>A daemon platform thread that waits from the beginning of a shutdown which is to end the process. It needs nobody
 * else: not the coordinator, no lock, no logger; and printing that blocks does not hold it up.
 */
record Watchdog(Parts parts, Deadline deadline) implements Runnable {

    /** Result by 250 ms after the budget, process gone 500 ms later; the JVM may need 300 of those to end. */
    private static final Duration MARGIN = Duration.ofMillis(450);

    private static final Duration PRINTING = Duration.ofMillis(150);

    private static final int STATUS = 70;

    /** Whose time begins now; not running yet. */
    static Watchdog of(Parts parts) {
        Deadline deadline = Deadline.in(parts.config().gracefulTimeout(), TimeSource.system());
        return new Watchdog(parts, deadline.plus(MARGIN.minus(PRINTING)));
    }

    void start() {
        Thread.ofPlatform().daemon(true).name("shutdown-watchdog-1").start(this);
    }

    @Override
    public void run() {
        try {
            while (!deadline.isPassed()) {
                Thread.interrupted(); // nobody has a reason to; a set flag would keep parking
                // from waiting
                TimeSource.system().parkUntil(deadline, deadline.nanos());
            }
            Thread printer =
                    Thread.ofPlatform()
                            .daemon(true)
                            .name("shutdown-watchdog-2")
                            .start(() -> print(parts));
            printer.join(PRINTING);
        } catch (Throwable nothingMayKeepUs) {
            // Not printed: standard error may be what blocks. The status tells.
        } finally {
            ProcessExit.halt(STATUS);
        }
    }

    private static void print(Parts parts) {
        System.err.println(
                "ebbtide: the process has not ended "
                        + MARGIN.toMillis()
                        + " ms after its budget of "
                        + parts.config().gracefulTimeout()
                        + "; halting it with status "
                        + STATUS);
        List<Permit> running = new ArrayList<>(parts.work().running());
        running.addAll(parts.untilDrained().scope().running());
        running.addAll(parts.steps().running());
        for (Permit permit : running) {
            System.err.println(
                    "ebbtide: still running: "
                            + SafeText.of(permit.name())
                            + ", for "
                            + permit.age());
        }
        for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
            Thread thread = entry.getKey();
            StackTraceElement[] stack = entry.getValue();
            if (!thread.isDaemon() || thread.getName().startsWith("shutdown-")) {
                System.err.println(
                        "ebbtide: thread "
                                + SafeText.of(thread.getName())
                                + " "
                                + thread.getState());
                for (StackTraceElement frame : stack) {
                    System.err.println("    at " + frame);
                }
            }
        }
    }
}
