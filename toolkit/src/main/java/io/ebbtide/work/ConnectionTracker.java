package io.ebbtide.work;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/**
 * The connections of a service: which are open, of what type, and what runs on them. Requests on a connection enter a
 * {@link Scope}, so draining is joining that scope; the tracker adds what a scope does not know, the sockets.
 *
 * <pre>{@code
 * var connections = ConnectionTracker.<ResourceType>open(requests, 10_000);
 *
 * Socket socket = listener.accept();
 * connections.tryTrack(SERVER, socket.getRemoteSocketAddress().toString(), socket::close)
 *         .ifPresentOrElse(this::serve, () -> closeQuietly(socket));
 *
 * connections.closeIdle(deadline);
 * boolean drained = connections.drain(deadline);
 * connections.closeAll(grace);
 * }</pre>
 *
 * <p><b>One owner.</b> Whether more connections may come and that one has come is one decision under one lock. So each
 * connection is either tracked, and then {@link #closeAll} closes it, or refused, and then whoever accepted it closes it.
 * It is never both and never neither, also when it is accepted in the instant of the sweep.
 *
 * <p>Thread-safe. The lock is never held while user code runs: close actions, {@code hashCode} of a type. A tracked
 * connection costs 64 bytes beside its detail and its action, and leaves nothing behind.
 *
 * @param <T> what tells kinds of connections apart, such as an enum
 */
public final class ConnectionTracker<T> {

    /** Whether connections are taken. */
    public enum State {
        /** New connections are taken. */
        ACCEPTING,
        /** New connections are refused, until {@link ConnectionTracker#resume}. */
        STOPPED,
        /** New connections are refused for good. */
        CLOSED
    }

    private final Scope requests;
    private final ThreadFactory closers;
    private final WaitSet waiters;
    private final ConnectionRegister<T> register;

    /** A tracker for any number of connections, whose requests enter {@code requests}. */
    public static <T> ConnectionTracker<T> open(Scope requests) {
        return open(requests, Integer.MAX_VALUE);
    }

    /**
     * A tracker for at most {@code limit} connections at a time; above that they are refused.
     *
     * @param limit at least 1
     */
    public static <T> ConnectionTracker<T> open(Scope requests, int limit) {
        return new ConnectionTracker<>(requests, limit, Closers.PLATFORM);
    }

    /** The same with other threads to close connections on. */
    ConnectionTracker(Scope requests, int limit, ThreadFactory closers) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit: " + limit + "; allowed is 1 or more");
        }
        this.requests = requests;
        this.closers = closers;
        this.waiters = new WaitSet(requests.time());
        this.register = new ConnectionRegister<>(limit);
    }

    /**
     * Takes a connection, or refuses it. Never blocks.
     *
     * @param detail what reports say about it, such as the address of the other side; cut at {@value
     *     TrackedConnection#DETAIL_LIMIT} characters
     * @param close ends the connection; runs at most once, on any thread; should not block
     * @return the connection; empty if the tracker does not accept or is full, and then the caller closes it
     */
    public Optional<TrackedConnection<T>> tryTrack(T type, String detail, AutoCloseable close) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(detail, "detail");
        Objects.requireNonNull(close, "close");
        String kept = TrackedConnection.bounded(detail);
        long now = requests.time().nanos();
        return register.add(id -> new TrackedConnection<>(this, id, type, kept, now, close));
    }

    /** Refuses connections from now on. Those that are tracked live on. */
    public void stopAccepting() {
        register.moveTo(State.STOPPED);
    }

    /**
     * Takes connections again after {@link #stopAccepting}.
     *
     * @throws IllegalStateException if there is no way back: connections are closed for good, or the scope drains, so that
     *     no request could enter
     */
    public void resume() {
        if (requests.state() != Scope.State.OPEN) {
            throw new IllegalStateException(
                    "scope " + requests.path() + " is " + requests.state() + ": nothing to resume");
        }
        if (register.moveTo(State.ACCEPTING) == State.CLOSED) {
            throw new IllegalStateException("connections are closed for good: nothing to resume");
        }
    }

    /**
     * Refuses connections and drains the scope of the requests. Connections stay open.
     *
     * @return {@code true} if nothing is in flight, {@code false} if work remained at the deadline
     * @throws InterruptedException if interrupted while waiting; draining goes on
     * @see Scope#drain
     * @see Scope#join
     */
    public boolean drain(Deadline deadline) throws InterruptedException {
        stopAccepting();
        requests.drain(deadline);
        return requests.join(deadline);
    }

    /**
     * Closes every connection on which no request runs, and lets the others live. A request never starts on a connection
     * that this closes.
     *
     * @return what became of the idle ones
     * @throws InterruptedException if interrupted while waiting; closing goes on
     */
    public ClosedConnections<T> closeIdle(Deadline deadline) throws InterruptedException {
        return closers(Closers.Choice.IDLE, register.all()).closeUntil(deadline);
    }

    /**
     * Refuses connections for good and closes all that are tracked, side by side. A close action that throws is recorded,
     * one that hangs is interrupted at the deadline, and neither holds up the others.
     *
     * @return what became of them; if {@link ClosedConnections#open} is empty, nothing tracked is open
     * @throws InterruptedException if interrupted while waiting; closing goes on, and may be waited for again
     */
    public ClosedConnections<T> closeAll(Deadline deadline) throws InterruptedException {
        register.moveTo(State.CLOSED);
        return closers(Closers.Choice.ALL, register.all()).closeUntil(deadline);
    }

    private Closers<T> closers(Closers.Choice choice, List<TrackedConnection<T>> due) {
        return new Closers<>(choice, due, requests.time(), closers, waiters);
    }

    /** {@return how many connections are open} */
    public int active() {
        return register.counts().active();
    }

    /** {@return the connections that are open, oldest first; a copy} */
    public List<TrackedConnection<T>> connections() {
        return register.all();
    }

    /** {@return the counts of now; costs a walk over all connections} */
    public TrackerStats<T> stats() {
        ConnectionRegister.Counts counts = register.counts();
        Map<T, TrackerStats.Load> byType = new LinkedHashMap<>();
        TrackerStats.Load total = TrackerStats.Load.NONE;
        for (TrackedConnection<T> connection : register.all()) {
            var load = new TrackerStats.Load(1, connection.inFlight());
            total = total.plus(load);
            byType.merge(connection.type(), load, TrackerStats.Load::plus);
        }
        return new TrackerStats<>(
                counts.state(), total, byType, counts.tracked(), counts.refused(), counts.failed());
    }

    Scope requests() {
        return requests;
    }

    /** The action of {@code connection} has ended, in whatever way. */
    void closed(TrackedConnection<T> connection) {
        register.remove(connection);
        waiters.wake();
    }

    @Override
    public String toString() {
        ConnectionRegister.Counts counts = register.counts();
        return counts.state() + ", " + counts.active() + " connections";
    }
}
