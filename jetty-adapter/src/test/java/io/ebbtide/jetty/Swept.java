package io.ebbtide.jetty;

import io.ebbtide.work.Deadline;
import io.ebbtide.work.TimeSource;

import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;

/** A server that nobody has wrapped, whose listener a test closes by a sweep. */
final class Swept implements AutoCloseable {

    final ServerConnector connector;
    private final Server server = new Server();
    private final Arrivals arrivals = new Arrivals();
    private final WakeCalls calls = new WakeCalls();
    private int port;

    /** Not started yet. */
    private Swept(int acceptors, String host) {
        connector = new ServerConnector(server, acceptors, 1);
        connector.setHost(host);
        connector.getSelectorManager().addEventListener(arrivals);
        server.addConnector(connector);
        server.setHandler(new Script());
    }

    static Swept by(int acceptors, String host) throws Exception {
        return new Swept(acceptors, host).start();
    }

    /** With one acceptor, which tells {@code listener} what it accepts, and a queue of that size. */
    static Swept by(int queue, SelectorManager.AcceptListener listener) throws Exception {
        Swept swept = new Swept(1, "127.0.0.1");
        swept.connector.setAcceptQueueSize(queue);
        swept.connector.getSelectorManager().addEventListener(listener);
        return swept.start();
    }

    /** With one acceptor. */
    static Swept notStarted() {
        return new Swept(1, "127.0.0.1");
    }

    private Swept start() throws Exception {
        server.start();
        port = connector.getLocalPort();
        return this;
    }

    int port() {
        return port;
    }

    ServerSocketChannel listener() {
        return (ServerSocketChannel) connector.getTransport();
    }

    /** Closes the listener, with what the kernel can do for it. */
    void sweep(Duration time) throws IOException, InterruptedException {
        sweep(ListeningSocket.of(listener()).orElseThrow(), time);
    }

    /** Closes the listener, as where native calls are not allowed. */
    void sweepWithoutItsSocket() throws IOException, InterruptedException {
        sweep(null, Duration.ofMinutes(1));
    }

    private void sweep(@Nullable ListeningSocket socket, Duration time)
            throws IOException, InterruptedException {
        new AcceptSweep(connector, arrivals, calls, socket)
                .run(Deadline.in(time, TimeSource.system()));
    }

    @Override
    public void close() {
        calls.hangUp();
        LifeCycle.stop(server);
    }
}
