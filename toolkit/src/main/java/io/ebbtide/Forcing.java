package io.ebbtide;

import io.ebbtide.report.HandedBack;
import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.Straggler;
import io.ebbtide.resource.Steps;
import io.ebbtide.work.Deadline;
import io.ebbtide.work.Scope;

import java.time.Duration;
import java.util.List;

/**
 * What is done to work that is still running at its drain deadline.
 *
 * @param grace how long each of the three steps may take
 */
record Forcing(Steps steps, Patience patience, Duration grace) {

    /** The stragglers have been recorded. Then, in this order: answered, interrupted, given a grace, cut. */
    List<Straggler> force(Stragglers stragglers, Scope scope, Deadline end) {
        steps.sideBySide(ShutdownPhase.DRAINING_CONNECTIONS, stragglers.answers(grace), end);
        Deadline interrupted = end.atMost(grace);
        interrupt(scope, interrupted.atMost(grace.dividedBy(2)));
        patience.await(scope::join, interrupted);
        steps.sideBySide(ShutdownPhase.DRAINING_CONNECTIONS, stragglers.cuts(grace), end);
        return stragglers.withFates();
    }

    private static void interrupt(Scope scope, Deadline deadline) {
        try {
            scope.cancel(deadline);
        } catch (InterruptedException goOn) {
            scope.cancel();
        }
    }

    /** {@return the tasks in {@code scope} that have never started; none of them does any more} */
    static List<HandedBack> takeBack(Scope scope) {
        return scope.handBack().stream()
                .map(task -> new HandedBack(task.name(), task.scope(), task.task()))
                .toList();
    }
}
