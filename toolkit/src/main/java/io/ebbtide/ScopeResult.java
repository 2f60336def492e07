package io.ebbtide;

import io.ebbtide.report.HandedBack;
import io.ebbtide.report.StepReport;
import io.ebbtide.report.Straggler;

import java.time.Duration;
import java.util.List;

/**
 * What came of shutting one scope down.
 *
 * @param scope its path, such as {@code /work/executors/mails}
 * @param took how long it lasted
 * @param stragglers work that was still running at the drain deadline
 * @param handedBack tasks that executors had accepted and that never started
 * @param failedSteps where telling the peers of stragglers failed or took too long
 */
public record ScopeResult(
        String scope,
        Duration took,
        List<Straggler> stragglers,
        List<HandedBack> handedBack,
        List<StepReport> failedSteps) {

    /** Copies the lists. */
    public ScopeResult {
        stragglers = List.copyOf(stragglers);
        handedBack = List.copyOf(handedBack);
        failedSteps = List.copyOf(failedSteps);
    }

    /** {@return whether all work ended by itself} */
    public boolean isClean() {
        return stragglers.isEmpty() && failedSteps.isEmpty();
    }
}
