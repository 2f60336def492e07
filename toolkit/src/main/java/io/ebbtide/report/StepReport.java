package io.ebbtide.report;

import java.time.Duration;

/**
 * One named action of a shutdown: a hook, something an entrance does, the closing of a resource, a flush, the answer to a
 * straggler.
 *
 * @param phase when it ran
 * @param name what its owner called it
 * @param start when it began, from the beginning of the shutdown
 * @param took how long it was waited for
 * @param outcome how it ended
 */
public record StepReport(
        ShutdownPhase phase, String name, Duration start, Duration took, Outcome outcome) {

    /** {@return one line, safe to log} */
    @Override
    public String toString() {
        return Sentences.step(this);
    }
}
