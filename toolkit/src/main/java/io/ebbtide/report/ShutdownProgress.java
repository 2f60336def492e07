package io.ebbtide.report;

import java.time.Duration;

/**
 * How far a shutdown has come: a snapshot.
 *
 * @param phase where it is
 * @param inFlight how many pieces of work are running
 * @param drained how many have ended by themselves since work from outside is refused
 * @param refused how many were refused since the service started
 * @param closed how many resources have been dealt with
 * @param toClose how many resources there are in all
 * @param elapsed since the shutdown began; zero while running
 * @param remaining until the whole budget is used up; the whole budget while running
 * @param errors how many steps have failed or timed out so far, and background tasks failed
 */
public record ShutdownProgress(
        ShutdownPhase phase,
        int inFlight,
        long drained,
        long refused,
        int closed,
        int toClose,
        Duration elapsed,
        Duration remaining,
        int errors) {

    /**
     * {@return the same as a JSON object on one line, durations in milliseconds} Whoever publishes it shows how busy the
     * service is; names of requests, resources and threads are not in it.
     */
    public String toJson() {
        return "{\"phase\":\""
                + phase
                + "\",\"inFlight\":"
                + inFlight
                + ",\"drained\":"
                + drained
                + ",\"refused\":"
                + refused
                + ",\"closed\":"
                + closed
                + ",\"toClose\":"
                + toClose
                + ",\"elapsedMillis\":"
                + elapsed.toMillis()
                + ",\"remainingMillis\":"
                + remaining.toMillis()
                + ",\"errors\":"
                + errors
                + "}";
    }
}
