package io.ebbtide;

import io.ebbtide.work.Deadline;
import io.ebbtide.work.Permit;
import io.ebbtide.work.TimeSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who has called {@code System.exit} and will not come back from there. Only asked when the JVM is ending. */
record ExitCallers(Parts parts) {

    /** Looking at the stacks of very many threads must not use up the budget. */
    private static final Duration LOOKING = Duration.ofMillis(50);

    /** {@return whether {@code thread} is inside the end of the JVM} */
    static boolean isExiting(Thread thread) {
        return isExiting(thread.getStackTrace());
    }

    private static boolean isExiting(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (frame.getClassName().equals("java.lang.Shutdown")) {
                return true;
            }
        }
        return false;
    }

    /** {@return the work or the thread that has called; empty if nobody is seen} */
    String name() {
        return exiting(permits()).stream()
                .findFirst()
                .map(Permit::name)
                .or(ExitCallers::thread)
                .orElse("");
    }

    /** The JVM's own thread at the end of {@code main} is nobody who has called. */
    private static Optional<String> thread() {
        for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
            String name = entry.getKey().getName();
            if (isExiting(entry.getValue())
                    && !name.equals("DestroyJavaVM")
                    && !name.startsWith("SIG")) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    /** Ends work whose thread does not come back, so that nobody waits for it. */
    void letGo() {
        exiting(work()).forEach(Permit::close);
    }

    private List<Permit> exiting(List<Permit> permits) {
        Deadline deadline = Deadline.in(LOOKING, TimeSource.system());
        List<Permit> exiting = new ArrayList<>();
        for (Permit permit : permits) {
            if (deadline.isPassed()) {
                return exiting;
            }
            if (permit.thread().filter(ExitCallers::isExiting).isPresent()) {
                exiting.add(permit);
            }
        }
        return exiting;
    }

    private List<Permit> permits() {
        List<Permit> permits = work();
        permits.addAll(parts.steps().running());
        return permits;
    }

    private List<Permit> work() {
        List<Permit> work = new ArrayList<>(parts.accepting().running());
        work.addAll(parts.work().running());
        work.addAll(parts.untilDrained().scope().running());
        return work;
    }
}
