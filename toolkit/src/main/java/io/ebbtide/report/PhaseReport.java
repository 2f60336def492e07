package io.ebbtide.report;

import java.time.Duration;

/**
 * One phase that a shutdown went through.
 *
 * @param phase which
 * @param start when it began, from the beginning of the shutdown
 * @param took how long it lasted
 */
public record PhaseReport(ShutdownPhase phase, Duration start, Duration took) {}
