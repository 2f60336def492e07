package io.ebbtide.report;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** The facts of a shutdown in words: each a line without a line end, safe to log. */
final class Sentences {

    private static final int FRAMES = 8;
    private static final int FRAMES_OF_A_STEP = 3;

    /** Where threads that wait all are: what they wait for stands above. */
    private static final List<String> WAITING =
            List.of(
                    "jdk.internal.",
                    "java.lang.VirtualThread",
                    "java.lang.System$",
                    "java.util.concurrent.locks.");

    private Sentences() {}

    static String phase(ShutdownProgress progress) {
        return switch (progress.phase()) {
            case RUNNING -> "running: " + work(progress);
            case INITIATED -> "shutting down: readiness is off, still serving; " + work(progress);
            case STOPPING_NEW_REQUESTS -> "closing the doors; " + work(progress);
            case DRAINING_CONNECTIONS -> "draining: " + work(progress);
            case CLOSING_RESOURCES -> "closing " + progress.toClose() + " resources";
            case FLUSHING_BUFFERS -> "flushing";
            case COMPLETED, FORCED -> "over after " + time(progress.elapsed());
        };
    }

    static String progress(ShutdownProgress progress) {
        String what =
                progress.phase() == ShutdownPhase.CLOSING_RESOURCES
                        ? "closing: "
                                + progress.closed()
                                + " of "
                                + progress.toClose()
                                + " resources closed"
                        : phase(progress);
        return what + ", " + time(progress.remaining()) + " left";
    }

    static String calledOff(ShutdownProgress progress) {
        return "called off after " + time(progress.elapsed()) + ", serving on; " + work(progress);
    }

    private static String work(ShutdownProgress progress) {
        return progress.inFlight()
                + " in flight, "
                + progress.drained()
                + " drained, "
                + progress.refused()
                + " refused";
    }

    static String step(StepReport step) {
        return "'"
                + SafeText.of(step.name())
                + "' "
                + outcome(step.outcome())
                + " after "
                + time(step.took());
    }

    static String outcome(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Completed() -> "completed";
            case Outcome.TimedOut(Duration allowed, Fate fate, List<StackTraceElement> stack) ->
                    "timed out ("
                            + allowance(allowed)
                            + ", "
                            + fate(fate)
                            + ")"
                            + at(stack, FRAMES_OF_A_STEP);
            case Outcome.Failed(Throwable cause) -> "failed: " + SafeText.of(cause);
        };
    }

    /** A step that comes to its turn with nothing left has been slow at nothing: whoever was before it was. */
    private static String allowance(Duration allowed) {
        return allowed.toMillis() == 0 ? "no time was left for it" : "allowed " + time(allowed);
    }

    static String straggler(Straggler straggler) {
        String thread =
                straggler.thread().isEmpty()
                        ? "no thread inside"
                        : "thread " + SafeText.of(straggler.thread());
        String detail = straggler.detail().isEmpty() ? "" : ", " + SafeText.of(straggler.detail());
        return "straggler '"
                + SafeText.of(straggler.name())
                + "' in "
                + SafeText.of(straggler.scope())
                + ", running for "
                + time(straggler.age())
                + ", "
                + thread
                + detail
                + ", "
                + fate(straggler)
                + at(straggler.stack(), FRAMES);
    }

    static String failedTask(FailedTask task) {
        String moment =
                switch (task.moment()) {
                    case BEFORE_THE_SHUTDOWN -> "had failed before";
                    case DURING_THE_SHUTDOWN -> "failed during the shutdown";
                };
        String restarts =
                switch (task.restarts()) {
                    case 0 -> "";
                    case 1 -> " after 1 restart";
                    default -> " after " + task.restarts() + " restarts";
                };
        return "background task '"
                + SafeText.of(task.name())
                + "' in "
                + SafeText.of(task.scope())
                + " "
                + moment
                + restarts
                + ": "
                + SafeText.of(task.cause());
    }

    static String handedBack(HandedBack task) {
        return "handed back '"
                + SafeText.of(task.name())
                + "' of "
                + SafeText.of(task.scope())
                + ": it never started";
    }

    static String lateArrivals(LateArrivals late) {
        String came =
                late.count() == 1
                        ? "1 request came after the doors had closed, "
                        : late.count() + " requests came after the doors had closed, the last ";
        String latest = time(late.latest());
        return came + latest + " later: your delay was too short by " + latest;
    }

    /** Without a thread inside nobody was interrupted. */
    private static String fate(Straggler straggler) {
        if (!straggler.thread().isEmpty()) {
            return fate(straggler.fate());
        }
        return switch (straggler.fate()) {
            case INTERRUPTED -> "ended then";
            case ABANDONED -> "abandoned";
        };
    }

    private static String fate(Fate fate) {
        return switch (fate) {
            case INTERRUPTED -> "interrupted";
            case ABANDONED -> "interrupted, then abandoned";
        };
    }

    private static String at(List<StackTraceElement> stack, int frames) {
        List<StackTraceElement> telling = stack.stream().dropWhile(Sentences::isWaiting).toList();
        List<StackTraceElement> shown = telling.isEmpty() ? stack : telling;
        return shown.isEmpty()
                ? ""
                : shown.stream()
                        .limit(frames)
                        .map(frame -> SafeText.of(frame.toString()))
                        .collect(
                                Collectors.joining(
                                        " < ", ", at ", shown.size() > frames ? " < …" : ""));
    }

    private static boolean isWaiting(StackTraceElement frame) {
        return WAITING.stream().anyMatch(frame.getClassName()::startsWith);
    }

    /** {@return a duration as people read it: {@code 340 ms}, {@code 1.32 s}} */
    static String time(Duration duration) {
        if (duration.toDays() > 99) {
            return duration.toDays() + " days";
        }
        long micros = duration.toNanos() / 1_000;
        if (micros < 10_000) {
            return micros / 1_000 + "." + micros % 1_000 / 100 + " ms";
        }
        if (micros < 1_000_000) {
            return micros / 1_000 + " ms";
        }
        long hundredths = micros / 10_000;
        return hundredths / 100 + "." + hundredths / 10 % 10 + hundredths % 10 + " s";
    }
}
