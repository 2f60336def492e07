package io.ebbtide.jetty;

import io.ebbtide.work.Permit;
import io.ebbtide.work.TimeSource;

import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What comes of a request whose connection goes on in another protocol: a WebSocket, a tunnel. The request stays in flight until
 * the connection is closed, so that it is told, waited for, named and cut like any other.
 *
 * <p>When the drain begins a WebSocket is closed: as soon as no message is being handled, behind what is queued, and after the
 * application's own {@code onDrain} callbacks. Its client has a moment to close its side. Other protocols are the
 * application's, which is told by {@code onDrain}.
 *
 * <p>Source: Jetty 12.1.14. A WebSocket connection is interested in being filled only while no message is being handled and
 * the application asks for the next one.
 */
final class Conversation implements Connection.Listener {

    /** How long a client may take to answer a close frame. */
    private static final Duration CLOSING = Duration.ofSeconds(1);

    private static final Duration LOOK = Duration.ofMillis(5);

    /** Longer than that no quiet spell is waited for. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Connection connection;
    private final Permit permit;
    private final WebSocketClose code;
    private final Duration quiet;
    private final Runnable end;
    private final TimeSource time = TimeSource.system();
    private final CountDownLatch closed = new CountDownLatch(1);

    private Conversation(Connection connection, Permit permit, Life life, Runnable end) {
        this.connection = connection;
        this.permit = permit;
        this.code = life.manners().webSocketClose();
        this.quiet = life.shutdown().config().lameDuckQuiet();
        this.end = end;
    }

    /**
     * {@return what {@code request} turns into; null if its response was its end}
     *
     * @param end called once when the connection has been closed
     */
    static @Nullable Conversation after(Request request, Permit permit, Life life, Runnable end) {
        if (request.getAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE)
                instanceof Connection next) {
            Conversation begun = new Conversation(next, permit, life, end);
            next.addEventListener(begun);
            return begun;
        }
        return null;
    }

    /** Jetty has opened the connection, or has failed to. */
    void begin() {
        if (!connection.getEndPoint().isOpen()) {
            onClosed(connection);
        } else if (WebSockets.is(connection)) {
            // Not as work of the scope: it is the conversation that is waited for, and named.
            permit.onDrain(
                    () -> Thread.ofVirtual().name("shutdown-websocket").start(this::sayGoodbye));
        }
    }

    @Override
    public void onClosed(Connection gone) {
        closed.countDown();
        end.run();
    }

    private void sayGoodbye() {
        awaitRest();
        CountDownLatch sent = new CountDownLatch(1);
        WebSockets.close(connection, code, Callback.from(sent::countDown));
        try {
            sent.await();
            if (!closed.await(CLOSING.toNanos(), TimeUnit.NANOSECONDS)) {
                connection.getEndPoint().close();
            }
        } catch (InterruptedException unheardOf) {
            Thread.currentThread().interrupt(); // nobody has this thread
        }
    }

    /**
     * Waits until the connection has not been used for the quiet spell. Jetty keeps queued messages where nobody sees them,
     * and gives them to the connection one by one: one look alone may fall between two of them. Those who talk without end
     * are closed in such a gap.
     */
    private void awaitRest() {
        long patience = time.nanos() + PATIENCE.toNanos();
        long used = -1;
        long since = time.nanos();
        while (connection.getEndPoint().isOpen()) {
            if (used != use()) {
                used = use();
                since = time.nanos();
            }
            if (!isBusy() && (isQuiet(since) || time.nanos() - patience > 0)) {
                return;
            }
            time.parkUntil(this, time.nanos() + LOOK.toNanos());
        }
    }

    /** {@return a number that is another one after each message} */
    private long use() {
        return connection.getMessagesIn() + connection.getMessagesOut();
    }

    /** Whether a message is being handled, waits to be read, or waits for a client that does not read. */
    private boolean isBusy() {
        EndPoint endPoint = connection.getEndPoint();
        return !endPoint.isFillInterested()
                || Connections.hasBytes(endPoint)
                || (endPoint instanceof AbstractEndPoint writing
                        && writing.getWriteFlusher().isPending());
    }

    /** A stream of HTTP/2 does not tell when it was used last: there we know only what we have seen. */
    private boolean isQuiet(long sinceNanos) {
        return connection.getEndPoint() instanceof AbstractEndPoint timed
                ? timed.getIdleFor() >= quiet.toMillis()
                : time.nanos() - sinceNanos >= quiet.toNanos();
    }

    /** The drain deadline has passed. */
    void answer() {
        if (WebSockets.is(connection)) {
            WebSockets.close(connection, code, Callback.NOOP);
        }
    }

    /** {@return what reports say of it} */
    String detail() {
        String protocol = WebSockets.is(connection) ? "WebSocket" : "upgraded connection";
        return protocol
                + ", "
                + Math.max(0, connection.getBytesOut()) // less than zero: it does not count
                + " bytes written, "
                + Math.max(0, connection.getBytesIn())
                + " read";
    }
}
