package io.ebbtide.jetty;

import io.ebbtide.ShutdownConfig;
import io.ebbtide.work.Admission;
import io.ebbtide.work.Peer;
import io.ebbtide.work.Permit;
import io.ebbtide.work.Refusal;
import io.ebbtide.work.Scope;
import io.ebbtide.work.TimeSource;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * The time from the closing of a listener until none of its connections needs it any more. It counts
 * as work: the drain waits for it, and requests on these connections are let in through it.
 *
 * <p>Two kinds of requests are let in although admission is closed, since they were sent to a server
 * that did not refuse yet: the first one on a connection, and one that was on its way through buffers
 * and queues when the listener closed. Whatever comes after is refused. An HTTP/2 session serves all
 * streams up to the one that its second GOAWAY names; see {@link Http2Session}.
 *
 * <p>Connections that have been unused for the quiet spell are closed; the others get it to its end.
 * Peers that do not close their side after a last response are not waited for. While connections only
 * serve requests there is nothing to settle, and no work: it goes on when a response has ended that
 * did not announce the end of its connection.
 *
 * <p>It runs on a platform thread of its own, since all virtual threads may be busy.
 */
final class Settlement implements Peer, Runnable {

    /** It ends so long before the drain if only idle connections are left: they do not straggle. */
    private static final Duration MARGIN = Duration.ofMillis(20);

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

    /** Looking at 200 connections takes up to a millisecond: so it takes a tenth of a core. */
    private static final int CONNECTIONS_PER_MILLI_OF_PAUSE = 20;

    private final String name;
    private final Connections connections;
    private final Scope scope;
    private final ShutdownConfig config;
    private final Duration quiet;
    private final TimeSource time = TimeSource.system();
    private final Set<Connection> owed =
            Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

    /** On their way out: what still comes on them is refused, since nobody could be answered. */
    private final Set<Connection> leaving =
            Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

    /** What was seen last. Written by whoever settles, read by reports. */
    private volatile Census latest = Census.NOBODY;

    /** Not null while there is something to settle. Changed under this. */
    private volatile @Nullable Permit permit;

    /** The thread that settles while there is a permit. Guarded by this. */
    private @Nullable Thread thread;

    /** Whether something has happened since the latest look. Guarded by this. */
    private boolean news;

    /**
     * Prepares to settle.
     *
     * @param name what reports call it
     * @param scope where it counts as work
     * @param config with the spell for which a connection must have been unused to be closed
     */
    Settlement(String name, Connections connections, Scope scope, ShutdownConfig config) {
        this.name = name;
        this.connections = connections;
        this.scope = scope;
        this.config = config;
        this.quiet = config.lameDuckQuiet();
    }

    /**
     * The listener is closed. In a service at rest there is nothing to settle, and idle connections
     * are left to Jetty's stop, which closes them all faster than we could.
     */
    void begin() {
        latest = connections.look(quiet);
        leaveSessions();
        for (EndPoint endPoint : latest.unread()) {
            Connection connection = Connections.protocol(endPoint);
            if (connection != null) {
                owed.add(connection);
            }
        }
        if (latest.hasUnread() || (!latest.isSettled() && isThereTime())) {
            start();
        } else if (latest.serving() > 0) {
            closeIdle();
        }
    }

    /** If not, connections that only might be used again would be stragglers. */
    private boolean isThereTime() {
        return config.drainTimeout().compareTo(MARGIN) > 0;
    }

    /** A connection has come to rest. {@code cause} is the work that kept it busy, not yet ended. */
    synchronized void goOn(Permit cause) {
        news = true;
        if (thread != null) {
            time.unpark(thread);
        } else {
            cause.run(this::start);
        }
    }

    /** Begins to count as work, unless that is refused because the drain is over. */
    private synchronized void start() {
        if (thread != null) {
            return; // a response that ended in the same moment was faster
        }
        if (scope.enter("", name, this) instanceof Permit admitted) {
            admitted.leaveThread();
            permit = admitted;
            thread = Thread.ofPlatform().daemon(true).name("shutdown-connections-1").start(this);
        }
    }

    /** Lets a request in, or not. */
    Admission admit(Exchange exchange, Scope requests) {
        if (leaving.contains(exchange.connection())) {
            return Refusal.SHUTTING_DOWN;
        }
        Permit mine = permit;
        if (mine == null || isLate(exchange)) {
            return exchange.enter(requests);
        }
        return mine.call(() -> exchange.enter(requests));
    }

    private boolean isLate(Exchange exchange) {
        Http2Session session = exchange.session();
        if (session != null) {
            return !session.serves(exchange.stream());
        }
        Connection connection = exchange.connection();
        return connection.getMessagesIn() > 1 && !owed.remove(connection);
    }

    @Override
    public void run() {
        Permit mine = permit;
        if (mine == null) {
            throw new IllegalStateException("runs before it is work");
        }
        mine.enterThread();
        try {
            while (!Thread.currentThread().isInterrupted() && !isSettled(mine)) {
                time.parkUntil(this, time.nanos() + pause(mine).toNanos());
            }
        } finally {
            stop(mine);
        }
    }

    /** Looks once, and closes what is idle. {@return whether nothing is left to be done} */
    private boolean isSettled(Permit mine) {
        synchronized (this) {
            news = false;
        }
        latest = connections.look(quiet);
        closeIdle();
        leaveSessions();
        boolean needed = latest.nextIdle() != null || !latest.staying().isEmpty();
        if (latest.hasUnread() || (needed && !isLate(mine))) {
            return false;
        }
        synchronized (this) {
            if (news) {
                return false;
            }
            thread = null; // from now on news start another thread
            permit = null;
            return true;
        }
    }

    private synchronized void stop(Permit mine) {
        if (permit == mine) {
            permit = null;
            thread = null;
        }
        mine.close();
    }

    /**
     * Count first, look second: a request that comes in between is refused or keeps its connection. It
     * is never served without a way back to its client.
     */
    private void closeIdle() {
        for (EndPoint endPoint : latest.idle()) {
            Connection connection = Connections.protocol(endPoint);
            if (connection == null) {
                endPoint.close();
                continue;
            }
            leaving.add(connection);
            if (Connections.isAtWork(endPoint)) {
                leaving.remove(connection);
            } else {
                Connections.close(endPoint, connection);
            }
        }
    }

    private void leaveSessions() {
        for (Http2Session session : latest.staying()) {
            session.leave();
        }
        for (Http2Session session : latest.silent()) {
            session.leaveAfter(quiet);
        }
    }

    private static boolean isLate(Permit mine) {
        return mine.remaining().orElse(LONGEST_PAUSE).compareTo(MARGIN) <= 0;
    }

    private Duration pause(Permit mine) {
        Duration untilLate = mine.remaining().orElse(LONGEST_PAUSE).minus(MARGIN);
        Duration look = Duration.ofMillis(1 + latest.total() / CONNECTIONS_PER_MILLI_OF_PAUSE);
        Duration next = latest.nextIdle();
        boolean soon = latest.hasUnread() || !latest.staying().isEmpty();
        Duration pause = next == null || soon ? look : next;
        return shorter(shorter(pause, LONGEST_PAUSE), untilLate);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    @Override
    public void answer(Permit straggler) {
        // What nobody has read cannot be answered: it is not known what it asks.
    }

    @Override
    public void cut(Permit straggler) {
        // The server's own stop, which follows, closes all connections.
    }

    @Override
    public String detail() {
        Census census = latest;
        return (census.unborn() + census.unread().size()) + " connections with unread requests";
    }
}
