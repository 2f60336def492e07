package io.ebbtide.jetty;

import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.IO;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * The clients that the kernel has connected to a listener and nobody has accepted. They are taken from
 * the listener, which must not block, and given to the connector in two steps: taking them is all that
 * there is time for in the last instant.
 */
final class AcceptQueue {

    private static final Logger LOG = System.getLogger("io.ebbtide.jetty");

    private final ServerConnector connector;
    private final ServerSocketChannel listener;
    private final WakeCalls calls;
    private final List<SocketChannel> taken = new ArrayList<>();

    AcceptQueue(ServerConnector connector, ServerSocketChannel listener, WakeCalls calls) {
        this.connector = connector;
        this.listener = listener;
        this.calls = calls;
    }

    /** Accepts until there is nobody. Whoever has been accepted is kept, also if the next one cannot be. */
    void takeAll() throws IOException {
        SocketChannel channel = listener.accept();
        while (channel != null) {
            taken.add(channel);
            channel = listener.accept();
        }
    }

    /** Gives those that have been taken to the connector, but for our own calls. */
    void letIn() {
        for (SocketChannel channel : taken) {
            letIn(channel);
        }
        taken.clear();
    }

    /** A client that has gone by now does not keep the others out. */
    private void letIn(SocketChannel channel) {
        try {
            if (calls.isFrom(channel.getRemoteAddress())) {
                channel.close();
            } else {
                configure(channel);
                connector.getSelectorManager().accept(channel);
            }
        } catch (IOException gone) {
            LOG.log(Level.DEBUG, "a client in the accept queue has gone", gone);
            IO.close(channel);
        }
    }

    /** What {@code ServerConnector.accepted} does, whose own part of it is not public. */
    private void configure(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, connector.getAcceptedTcpNoDelay());
        int receive = connector.getAcceptedReceiveBufferSize();
        if (receive > -1) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, receive);
        }
        int send = connector.getAcceptedSendBufferSize();
        if (send > -1) {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, send);
        }
    }
}
