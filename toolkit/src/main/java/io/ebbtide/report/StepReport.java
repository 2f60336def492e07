package io.ebbtide.report;

import java.time.Duration;

/**
 * One named action of a shutdown: a hook, the closing of a listener or a resource, a flush.
 *
 * @param phase when it ran
 * @param name what its owner called it
 * @param start when it began, from the beginning of the shutdown
 * @param took how long it was waited for
 * @param outcome how it ended
 */
public record StepReport(
        ShutdownPhase phase, String name, Duration start, Duration took, Outcome outcome) {}
