package io.ebbtide.report;

import java.time.Duration;

/**
 * The requests that came when work from outside was refused already: somebody had not yet noticed that this service goes.
 *
 * <p>What the operating system has turned away because the listening socket was closed is not known here.
 *
 * @param count how many came; each has been refused
 * @param latest when the latest of them came, counted from the moment the doors closed: by so much the lame-duck time was
 *     too short; zero if none came
 */
public record LateArrivals(long count, Duration latest) {

    /** Nobody came too late. */
    public static final LateArrivals NONE = new LateArrivals(0, Duration.ZERO);
}
