package io.ebbtide.jetty;

import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The open connections of a connector, told apart by what a drain has to do with them.
 *
 * <p>Jetty counts no request that it has not parsed: one that lies in a socket's buffer, or whose
 * connection waits for a thread, is in no statistic. Here it is found from outside.
 *
 * <p>Source: Jetty 12.1.14. An HTTP/1 connection is interested in being filled only while nobody
 * reads, parses or handles it ({@code HttpConnection.onFillable}), an upload that waits for content
 * apart, whose request is open. {@code available()} is FIONREAD: it reads nothing, may be called
 * from any thread, and takes about a microsecond.
 */
final class Connections {

    /** How long a client may take over the rest of a request head that it has begun. */
    private static final Duration HEAD_PAUSE = Duration.ofSeconds(1);

    private static final Duration UNKNOWN_IDLE = Duration.ofDays(1);

    private final ServerConnector connector;
    private final Arrivals arrivals;
    private final WakeCalls calls;
    private final Supplier<List<Exchange>> serving;

    /**
     * The connections of {@code connector}.
     *
     * @param serving gives the requests that are open
     */
    Connections(
            ServerConnector connector,
            Arrivals arrivals,
            WakeCalls calls,
            Supplier<List<Exchange>> serving) {
        this.connector = connector;
        this.arrivals = arrivals;
        this.calls = calls;
        this.serving = serving;
    }

    /**
     * Looks at every connection once and changes nothing.
     *
     * @param quiet how long a connection must have been unused to be idle
     */
    Census look(Duration quiet) {
        int unborn = unborn(); // first: one that is opened from now on is met below
        List<EndPoint> busy = new ArrayList<>();
        List<EndPoint> still = new ArrayList<>();
        List<Multiplexed> sessions = new ArrayList<>(0);
        int total = 0;
        for (EndPoint endPoint : connector.getConnectedEndPoints()) {
            total++;
            if (isFinished(endPoint)) {
                continue;
            }
            Http2Session session = Http2.session(protocol(endPoint));
            if (session != null) {
                sessions.add(Multiplexed.of(endPoint, session));
                continue;
            }
            (isAtWork(endPoint) ? busy : still).add(endPoint);
        }
        // Only now: what was read after the look above has become an open request, listed here.
        OpenRequests open = new OpenRequests(serving.get());
        List<EndPoint> unread = without(open, busy);
        List<Http2Session> staying = new ArrayList<>(sessions.size());
        List<Http2Session> silent = new ArrayList<>(sessions.size());
        for (Multiplexed one : sessions) {
            if (!one.isEnding()) {
                staying.add(one.session());
                if (!one.isAtWork()) {
                    silent.add(one.session());
                }
            } else if (!open.areAll(one.streams(), protocol(one.endPoint()))) {
                unread.add(one.endPoint());
            }
        }
        return census(total, open, unborn, unread, without(open, still), staying, silent, quiet);
    }

    /**
     * A session, and its streams before anything is known of their requests.
     *
     * @param isEnding whether these are all the streams that there will be
     */
    private record Multiplexed(
            EndPoint endPoint,
            Http2Session session,
            boolean isEnding,
            boolean isAtWork,
            List<String> streams) {

        static Multiplexed of(EndPoint endPoint, Http2Session session) {
            boolean ending = session.isEnding(); // first: it may open streams until then
            boolean atWork = Connections.isAtWork(endPoint); // next: what it reads is a stream then
            return new Multiplexed(endPoint, session, ending, atWork, session.unanswered());
        }
    }

    /** Asks the clients of all HTTP/2 sessions to go elsewhere with their next requests. */
    void announce() {
        for (EndPoint endPoint : connector.getConnectedEndPoints()) {
            Http2Session session = Http2.session(protocol(endPoint));
            if (session != null) {
                session.announce();
            }
        }
    }

    private static List<EndPoint> without(OpenRequests open, List<EndPoint> endPoints) {
        if (open.connections() == 0) {
            return endPoints;
        }
        List<EndPoint> others = new ArrayList<>(endPoints.size());
        for (EndPoint endPoint : endPoints) {
            if (!open.areOn(protocol(endPoint))) {
                others.add(endPoint);
            }
        }
        return others;
    }

    private static Census census(
            int total,
            OpenRequests open,
            int unborn,
            List<EndPoint> unread,
            List<EndPoint> still,
            List<Http2Session> staying,
            List<Http2Session> silent,
            Duration quiet) {
        List<EndPoint> idle = new ArrayList<>(still.size());
        Duration next = null;
        for (EndPoint endPoint : still) {
            Duration left = allowance(endPoint, quiet).minus(idleTime(endPoint));
            if (!left.isPositive()) {
                idle.add(endPoint);
            } else if (next == null || left.compareTo(next) < 0) {
                next = left;
            }
        }
        return new Census(total, open.connections(), unborn, unread, idle, staying, silent, next);
    }

    /** {@return the connection that speaks HTTP, inside of TLS if there is TLS} */
    static @Nullable Connection protocol(EndPoint endPoint) {
        Connection connection = endPoint.getConnection();
        while (connection instanceof SslConnection tls) {
            connection = tls.getSslEndPoint().getConnection();
        }
        return connection;
    }

    /** {@return whether somebody reads or handles what has come, or there is something to be read} */
    static boolean isAtWork(EndPoint endPoint) {
        // Interest before bytes: a request that comes in between is seen as bytes, or as read.
        return !endPoint.isFillInterested() || hasBytes(endPoint);
    }

    /**
     * Closes an idle connection, with TLS after its goodbye. Where something has been answered, at
     * first only our side: bytes that cross would have the connection reset, and what the client has
     * not read yet with it. The peer has {@link Farewell#LINGER} to close its own.
     */
    static void close(EndPoint endPoint, Connection protocol) {
        if (protocol.getMessagesIn() > 0) {
            endPoint.setIdleTimeout(Farewell.LINGER.toMillis());
            protocol.getEndPoint().shutdownOutput();
        } else {
            endPoint.getConnection().close();
        }
    }

    private boolean isFinished(EndPoint endPoint) {
        Connection protocol = protocol(endPoint);
        return endPoint.isOutputShutdown()
                || (protocol != null && protocol.getEndPoint().isOutputShutdown()) // inside of TLS
                || !endPoint.isOpen()
                || calls.isFrom(endPoint.getRemoteSocketAddress());
    }

    /** {@return whether something has come that nobody has read; with TLS, below it} */
    static boolean hasBytes(EndPoint endPoint) {
        Object transport = endPoint.getTransport();
        while (transport instanceof EndPoint outside) {
            transport = outside.getTransport();
        }
        if (!(transport instanceof SocketChannel channel)) {
            return false;
        }
        try {
            return channel.socket().getInputStream().available() > 0;
        } catch (IOException closed) {
            return false; // nothing can be read from it any more
        }
    }

    private static Duration allowance(EndPoint endPoint, Duration quiet) {
        Connection connection = protocol(endPoint);
        boolean inFirstHead =
                connection != null
                        && connection.getMessagesIn() == 0
                        && connection.getBytesIn() > 0;
        return inFirstHead && quiet.compareTo(HEAD_PAUSE) < 0 ? HEAD_PAUSE : quiet;
    }

    private static Duration idleTime(EndPoint endPoint) {
        return endPoint instanceof AbstractEndPoint timed
                ? Duration.ofMillis(timed.getIdleFor())
                : UNKNOWN_IDLE; // a connector of the user's own, whose end points do not tell
    }

    /** How many have been accepted and have no end point; see {@link Arrivals}. */
    private int unborn() {
        if (arrivals.size() <= connector.getConnectedEndPoints().size()) {
            return 0;
        }
        Set<SelectableChannel> unborn = new HashSet<>(arrivals.channels());
        for (EndPoint endPoint : connector.getConnectedEndPoints()) {
            unborn.remove(endPoint.getTransport());
        }
        unborn.removeIf(this::isOurs);
        return unborn.size();
    }

    private boolean isOurs(SelectableChannel channel) {
        if (!(channel instanceof SocketChannel client)) {
            return false;
        }
        try {
            return !client.isOpen() || calls.isFrom(client.getRemoteAddress());
        } catch (IOException closed) {
            return true; // nobody to wait for
        }
    }
}
