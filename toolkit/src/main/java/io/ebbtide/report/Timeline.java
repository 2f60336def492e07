package io.ebbtide.report;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A shutdown as bars in text, from its beginning on the left to its end on the right; the bars end at column 90,
 * what went wrong stands behind them.
 */
final class Timeline {

    private static final int LABEL = 34;
    private static final int BAR = 44;

    /** So many of a kind are named: nobody reads a hundred thousand lines at night. */
    private static final int NAMED = 100;

    private final ShutdownResult result;
    private final List<String> lines = new ArrayList<>();

    private Timeline(ShutdownResult result) {
        this.result = result;
    }

    static String of(ShutdownResult result) {
        return new Timeline(result).draw();
    }

    private String draw() {
        lines.add(
                "shutdown ("
                        + result.reason().describe()
                        + "): "
                        + result.status()
                        + " in "
                        + Sentences.time(result.took())
                        + " of "
                        + Sentences.time(result.budget())
                        + "; "
                        + result.drained()
                        + " drained, "
                        + result.refused()
                        + " refused, "
                        + result.stragglers().size()
                        + " forced"
                        + (result.handedBack().isEmpty()
                                ? ""
                                : ", " + result.handedBack().size() + " handed back"));
        for (PhaseReport phase : result.phases()) {
            row(phase.phase().name(), '█', phase.start(), phase.took(), "");
            steps(phase.phase());
            if (phase.phase() == ShutdownPhase.DRAINING_CONNECTIONS) {
                drainRemarks();
            }
        }
        return String.join("\n", lines);
    }

    /** Of those that ended well only the first; whatever went wrong is more important. */
    private void steps(ShutdownPhase phase) {
        List<StepReport> all =
                result.steps().stream().filter(step -> step.phase() == phase).toList();
        Set<StepReport> shown = Collections.newSetFromMap(new IdentityHashMap<>());
        shown.addAll(first(all, step -> !step.outcome().isClean()));
        shown.addAll(first(all, step -> step.outcome().isClean()));
        all.stream().filter(shown::contains).forEach(this::row);
        more("  ", all.size() - shown.size());
    }

    private static List<StepReport> first(List<StepReport> steps, Predicate<StepReport> kind) {
        return steps.stream().filter(kind).limit(NAMED).toList();
    }

    private void row(StepReport step) {
        String label = "  " + SafeText.of(step.name());
        row(label, '▒', step.start(), step.took(), remark(step.outcome()));
    }

    private void drainRemarks() {
        remarks("  ! ", result.stragglers(), Sentences::straggler);
        remarks("  ! ", result.failedTasks(), Sentences::failedTask);
        remarks("  < ", result.handedBack(), Sentences::handedBack);
        if (result.lateArrivals().count() > 0) {
            lines.add("  > " + Sentences.lateArrivals(result.lateArrivals()));
        }
    }

    private <T> void remarks(String mark, List<T> facts, Function<T, String> words) {
        facts.stream().limit(NAMED).forEach(fact -> lines.add(mark + words.apply(fact)));
        more(mark, facts.size() - NAMED);
    }

    private void more(String mark, int more) {
        if (more > 0) {
            lines.add(mark + "and " + more + " more; the result has them all");
        }
    }

    private void row(String label, char ink, Duration start, Duration took, String remark) {
        String shown = label.length() > LABEL ? SafeText.cut(label, LABEL - 1) : label;
        String time = Sentences.time(took);
        lines.add(
                shown
                        + " ".repeat(LABEL - shown.length())
                        + "│"
                        + bar(ink, start, took)
                        + "│"
                        + " ".repeat(Math.max(1, 10 - time.length()))
                        + time
                        + remark);
    }

    private String bar(char ink, Duration start, Duration took) {
        long whole = Math.max(1, result.took().toNanos());
        int from = (int) Math.min(BAR - 1, BAR * start.toNanos() / whole);
        int length =
                (int)
                        Math.max(
                                1,
                                Math.min(
                                        BAR - from,
                                        Math.round((double) BAR * took.toNanos() / whole)));
        return " ".repeat(from)
                + String.valueOf(ink).repeat(length)
                + " ".repeat(BAR - from - length);
    }

    private static String remark(Outcome outcome) {
        return outcome.isClean() ? "" : "  " + Sentences.outcome(outcome);
    }
}
