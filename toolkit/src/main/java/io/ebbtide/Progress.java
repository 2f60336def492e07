package io.ebbtide;

import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownProgress;
import io.ebbtide.work.Scope;

import java.time.Duration;

/** Turns live parts into a snapshot. */
final class Progress {

    private Progress() {}

    static ShutdownProgress of(
            Parts parts, ShutdownPhase phase, int closed, Duration elapsed, int errors) {
        Duration left = parts.config().gracefulTimeout().minus(elapsed);
        return new ShutdownProgress(
                phase,
                (int) parts.sumOfWork(Scope::inFlight),
                parts.sumOfWork(Scope::drained),
                parts.sumOfWork(Scope::refused),
                closed,
                parts.resources().size(),
                elapsed,
                left.isNegative() ? Duration.ZERO : left,
                errors);
    }
}
