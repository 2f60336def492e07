package io.ebbtide.jetty;

import io.ebbtide.Entrance;
import io.ebbtide.work.Admission;
import io.ebbtide.work.Deadline;
import io.ebbtide.work.Permit;

import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A listening socket of a Jetty server, as a shutdown sees it: a way in that can be closed. */
final class ConnectorEntrance implements Entrance {

    private static final Logger LOG = System.getLogger("io.ebbtide.jetty");

    /** If nobody came for so long, nobody is half-way through the door either. */
    static final Duration QUIET_DOOR = Duration.ofMillis(100);

    private final ServerConnector connector;
    private final Life life;
    private final Arrivals arrivals = new Arrivals();
    private final WakeCalls calls = new WakeCalls();
    private final Connections connections;

    /** Run once, by whoever comes first: in the lame-duck time if there is one, since it may take 100 ms. */
    private final FutureTask<Optional<ListeningSocket>> socket =
            new FutureTask<>(this::lookForSocket);

    /** Null until the listener is closed. */
    private volatile @Nullable Settlement settlement;

    /** Prepares the entrance of a connector that is about to start. */
    ConnectorEntrance(ServerConnector connector, Life life) {
        this.connector = connector;
        this.life = life;
        this.connections =
                new Connections(connector, arrivals, calls, () -> life.exchanges(connector));
        connector.getSelectorManager().addEventListener(arrivals);
    }

    @Override
    public String name() {
        return nameOf(connector);
    }

    /** {@return what people call a connector, such as {@code http 127.0.0.1:8080}} */
    static String nameOf(ServerConnector connector) {
        String scheme = connector.getDefaultProtocol().startsWith("SSL") ? "https" : "http";
        String host = connector.getHost() == null ? "*" : connector.getHost();
        int port = connector.getLocalPort() > 0 ? connector.getLocalPort() : connector.getPort();
        return scheme + " " + host + ":" + port;
    }

    private Optional<ListeningSocket> lookForSocket() {
        return connector.getTransport() instanceof ServerSocketChannel listener
                ? ListeningSocket.of(listener)
                : Optional.empty();
    }

    /** Where requests run there are clients, one of which may be on its way with its first. */
    private boolean isSomebodyAbout() {
        return arrivals.anyWithin(QUIET_DOOR) || life.shutdown().requests().inFlight() > 0;
    }

    /** Worth the time that it takes only if somebody is about. */
    private @Nullable ListeningSocket socket() {
        if (!isSomebodyAbout()) {
            return null;
        }
        socket.run();
        try {
            return socket.get().orElse(null);
        } catch (ExecutionException unavailable) {
            LOG.log(Level.DEBUG, "no packet filter for " + name(), unavailable);
        } catch (InterruptedException goOn) {
            Thread.currentThread().interrupt();
        }
        return null; // whatever happens, the listener is swept and closed
    }

    @Override
    public void announce() {
        life.advance(Stage.ANNOUNCING);
        connections.announce();
        if (isSomebodyAbout()) {
            Thread.ofPlatform().daemon(true).name("shutdown-refuse-0").start(socket);
        }
    }

    @Override
    public void resume() {
        life.resume();
    }

    @Override
    public void refuse(Deadline deadline) throws Exception {
        Settlement settling =
                new Settlement(
                        name(),
                        connections,
                        life.shutdown().work().child("connections"),
                        life.shutdown().config());
        try {
            new AcceptSweep(connector, arrivals, calls, socket()).run(deadline);
        } finally {
            settlement = settling;
            // Not before: each response would say "close", and send a client to the door that
            // closes.
            life.advance(Stage.REFUSING);
            settling.begin();
        }
    }

    boolean isOf(Exchange exchange) {
        return exchange.connector().equals(connector);
    }

    /** Lets a request in that comes after the listener has been closed, or says why not. */
    Admission admit(Exchange exchange) {
        Settlement settling = settlement;
        return settling == null
                ? exchange.enter(life.shutdown().requests())
                : settling.admit(exchange, life.shutdown().requests());
    }

    void connectionKept(Permit permit) {
        Settlement settling = settlement;
        if (settling != null) {
            settling.goOn(permit);
        }
    }

    /** The server has stopped: leaves the connector as it was, so that it can be started again. */
    void release() {
        connector.setAccepting(true);
        connector.getSelectorManager().removeEventListener(arrivals);
        arrivals.forget(); // a pool of virtual threads need not have told of all ends by now
        calls.hangUp();
    }
}
