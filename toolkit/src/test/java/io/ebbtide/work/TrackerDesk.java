package io.ebbtide.work;

import java.util.ArrayDeque;
import java.util.Deque;

/** A tracker, seen as a {@link Desk}. It gets no threads, so that everything happens on those of the test. */
final class TrackerDesk implements Desk {

    private final TimeSource time;
    private final ConnectionTracker<String> tracker;

    TrackerDesk(TimeSource time) {
        this.time = time;
        this.tracker =
                new ConnectionTracker<>(
                        Scope.open("requests", time),
                        Integer.MAX_VALUE,
                        _ -> {
                            throw new OutOfMemoryError("no more threads");
                        });
    }

    @Override
    public Line take(Socket socket) {
        return tracker.tryTrack("test", "", socket).map(TrackedLine::new).orElse(null);
    }

    @Override
    public void closeIdle() {
        try {
            ClosedConnections<String> _ = tracker.closeIdle(Deadline.never(time));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void closeAll() {
        try {
            ClosedConnections<String> _ = tracker.closeAll(Deadline.never(time));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static final class TrackedLine implements Line {

        private final TrackedConnection<String> connection;
        private final Deque<Permit> running = new ArrayDeque<>();

        TrackedLine(TrackedConnection<String> connection) {
            this.connection = connection;
        }

        @Override
        public boolean begin() {
            return connection.enter("", "request", Peer.NOBODY) instanceof Permit permit
                    && running.add(permit);
        }

        @Override
        public void end() {
            running.remove().close();
        }

        @Override
        public void close() {
            connection.close();
        }
    }
}
