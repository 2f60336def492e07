package io.ebbtide.jetty;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OutgoingEntry;
import org.eclipse.jetty.websocket.core.WebSocketConnection;

/** The only place that knows Jetty's WebSocket library, which need not be there. */
final class WebSockets {

    private static final String LIBRARY = "org.eclipse.jetty.websocket.core.WebSocketConnection";
    private static final boolean IS_THERE = isThere();

    private WebSockets() {}

    private static boolean isThere() {
        try {
            Class<?> _ = Class.forName(LIBRARY, false, WebSockets.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError absent) {
            return false;
        }
    }

    /** {@return whether {@code connection} speaks WebSocket} */
    static boolean is(Connection connection) {
        return IS_THERE && Library.is(connection);
    }

    /**
     * Sends a close frame, and nothing more afterwards. What the client has sent by then is still delivered; its own close
     * frame ends the connection.
     *
     * <p>It goes to the connection and not to Jetty's session, which holds these codes for errors: it would close the
     * connection right behind the frame, and so reset clients that are just sending.
     *
     * <p>Source: Jetty 12.1.14, {@code CloseStatus.isOrdinary}, {@code WebSocketSessionState.onOutgoingFrame}.
     *
     * @param then told when the frame has been handed to the kernel; fails if one had been sent already
     */
    static void close(Connection connection, WebSocketClose why, Callback then) {
        Library.close(connection, why, then);
    }

    /** Loaded only if the library is there. */
    private static final class Library {

        static boolean is(Connection connection) {
            return connection instanceof WebSocketConnection;
        }

        static void close(Connection connection, WebSocketClose why, Callback then) {
            if (connection instanceof WebSocketConnection webSocket) {
                Frame frame = CloseStatus.toFrame(why.code(), "shutting down");
                webSocket.enqueueFrame(new OutgoingEntry.Builder(frame, then).build());
            }
        }
    }
}
