package io.ebbtide.jetty;

import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/**
 * The connections of a connector at one moment, as a drain sees them. Those whose last response has
 * been sent and those on which a request is being served are left out: the first are done with, and
 * the others are waited for as requests.
 * Requests on HTTP/2 sessions are no reason to leave these out: see {@code staying}.
 *
 * @param total how many connections were looked at
 * @param serving on how many a request is being served
 * @param unborn how many have been accepted and have no end point yet
 * @param unread where bytes have arrived, or a thread is at work, and no request has begun yet
 * @param idle unused for long enough to be closed
 * @param staying HTTP/2 sessions whose clients have not been told yet which streams are served
 * @param silent those of them where nothing has come that has not been read
 * @param nextIdle when the first of the others will be idle, if nothing happens; null if there are
 *     none
 */
record Census(
        int total,
        int serving,
        int unborn,
        List<EndPoint> unread,
        List<EndPoint> idle,
        List<Http2Session> staying,
        List<Http2Session> silent,
        @Nullable Duration nextIdle) {

    /** Before anything has been looked at. */
    static final Census NOBODY =
            new Census(0, 0, 0, List.of(), List.of(), List.of(), List.of(), null);

    /** {@return whether none needs time, so that all may be closed} */
    boolean isSettled() {
        return !hasUnread() && staying.isEmpty() && nextIdle == null;
    }

    /** {@return whether some hold a request, or part of one, that nobody has looked at} */
    boolean hasUnread() {
        return unborn > 0 || !unread.isEmpty();
    }
}
