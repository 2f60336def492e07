package io.ebbtide.report;

import java.time.Duration;
import java.util.List;

/**
 * What a shutdown did: the facts, for programs; {@link #toString} is the timeline, for people.
 *
 * <p>Names and exceptions in it are as their owners made them. What {@code toString} says, of this and of everything in
 * it, is safe to log: on one line for each fact, without control characters, secrets in URLs and what is called a password,
 * each piece cut at {@value SafeText#LONGEST} characters and each kind of fact at its first hundred. To log an exception
 * use {@link SafeText#forLog}.
 *
 * @param status whether everything went as it should
 * @param reason why it began
 * @param took how long it lasted, all phases together
 * @param budget how long it might have lasted
 * @param phases in the order in which they ran
 * @param steps every hook, entrance, resource and flush, and what was done to stragglers, in the order in which they began
 * @param stragglers work that was still running at the drain deadline
 * @param handedBack tasks that executors had accepted and that never started; not a failure in itself
 * @param failedTasks background tasks that have failed for good, before or during the shutdown
 * @param drained how much work ended by itself after work from outside was refused
 * @param refused how much work was refused
 * @param lateArrivals the requests among them that came when the doors were closed
 */
public record ShutdownResult(
        Status status,
        ShutdownReason reason,
        Duration took,
        Duration budget,
        List<PhaseReport> phases,
        List<StepReport> steps,
        List<Straggler> stragglers,
        List<HandedBack> handedBack,
        List<FailedTask> failedTasks,
        long drained,
        long refused,
        LateArrivals lateArrivals) {

    /** Whether everything went as it should. */
    public enum Status {
        /** All work ended by itself and every step completed. */
        SUCCESSFUL,
        /** All work ended by itself, but a hook, an entrance, a close, a flush or a background task failed or timed out. */
        WITH_ERRORS,
        /** Work was still running at the drain deadline and was interrupted. */
        FORCED
    }

    /** Copies the lists. */
    public ShutdownResult {
        phases = List.copyOf(phases);
        steps = List.copyOf(steps);
        stragglers = List.copyOf(stragglers);
        handedBack = List.copyOf(handedBack);
        failedTasks = List.copyOf(failedTasks);
    }

    /** {@return the steps that failed or timed out} */
    public List<StepReport> errors() {
        return steps.stream().filter(step -> !step.outcome().isClean()).toList();
    }

    /**
     * {@return this result, if it is clean}
     *
     * @throws ShutdownException if it is not; it carries this result
     */
    public ShutdownResult orThrow() {
        if (status != Status.SUCCESSFUL) {
            throw new ShutdownException(this);
        }
        return this;
    }

    /** {@return the timeline: several lines of text, without a final line end} */
    @Override
    public String toString() {
        return Timeline.of(this);
    }
}
