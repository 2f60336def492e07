package io.ebbtide.work;

import java.util.List;

/**
 * What became of connections that a {@link ConnectionTracker} was told to close.
 *
 * @param closed how many of them are closed, by whomever
 * @param failed those among them whose close action threw; {@link TrackedConnection#failure} says what
 * @param open those that were not closed at the deadline; {@link TrackedConnection#closer} says which thread hangs in it
 */
public record ClosedConnections<T>(
        int closed, List<TrackedConnection<T>> failed, List<TrackedConnection<T>> open) {

    /** Copies the lists. */
    public ClosedConnections {
        failed = List.copyOf(failed);
        open = List.copyOf(open);
    }

    /** {@return whether all are closed and no action threw} */
    public boolean isClean() {
        return failed.isEmpty() && open.isEmpty();
    }
}
