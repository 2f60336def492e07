package io.ebbtide.jetty;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.work.Admission;
import io.ebbtide.work.Permit;

import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

import java.util.ArrayList;
import java.util.List;

/**
 * One life of a server, from its start to its stop: what its handler, its connectors and its shutdown
 * share. A server that is started again begins another one.
 */
final class Life {

    private final StructuredShutdown shutdown;
    private final List<ConnectorEntrance> entrances = new ArrayList<>();

    /** Changed under this, read by everyone. */
    private volatile Stage stage = Stage.SERVING;

    private volatile Manners manners = Manners.DEFAULT;

    /** Prepares the life of a server that is about to start. */
    static Life of(Server server, StructuredShutdown shutdown) {
        List<ServerConnector> listening = new ArrayList<>();
        for (Connector connector : server.getConnectors()) {
            if (connector instanceof ServerConnector known) {
                listening.add(known);
            }
        }
        return new Life(listening, shutdown);
    }

    /** Prepares the life of what listens with {@code connectors}. */
    Life(List<ServerConnector> connectors, StructuredShutdown shutdown) {
        this.shutdown = shutdown;
        for (ServerConnector connector : connectors) {
            entrances.add(new ConnectorEntrance(connector, this));
        }
    }

    /** {@return the ways in, one for each connector} */
    List<ConnectorEntrance> entrances() {
        return entrances;
    }

    /** The server has started: from now on the shutdown knows its ways in. */
    void begin() {
        for (ConnectorEntrance entrance : entrances) {
            shutdown.entrance(entrance);
        }
    }

    /** The server has stopped. */
    void end() {
        for (ConnectorEntrance entrance : entrances) {
            entrance.release();
        }
    }

    /** {@return what reports call the server} */
    String name() {
        return entrances.isEmpty() ? "jetty" : "jetty " + entrances.getFirst().name();
    }

    StructuredShutdown shutdown() {
        return shutdown;
    }

    Stage stage() {
        return stage;
    }

    Manners manners() {
        return manners;
    }

    void adopt(Manners chosen) {
        manners = chosen;
    }

    synchronized void advance(Stage next) {
        if (next.compareTo(stage) > 0) {
            stage = next;
        }
    }

    /** The shutdown has been called off while it announced itself. */
    synchronized void resume() {
        if (stage == Stage.ANNOUNCING) {
            stage = Stage.SERVING;
        }
    }

    /** Lets a request in, or says why not. */
    Admission admit(Exchange exchange) {
        if (stage == Stage.REFUSING) {
            for (ConnectorEntrance entrance : entrances) {
                if (entrance.isOf(exchange)) {
                    return entrance.admit(exchange);
                }
            }
        }
        return exchange.enter(shutdown.requests());
    }

    /**
     * A response has ended.
     *
     * @param permit of the request, not yet closed
     */
    void ended(Exchange exchange, Permit permit) {
        if (stage != Stage.REFUSING) {
            return;
        }
        Http2Session session = exchange.session();
        if (session != null) {
            session.closeIfEmpty();
        } else if (exchange.keepsConnection()) {
            for (ConnectorEntrance entrance : entrances) {
                if (entrance.isOf(exchange)) {
                    entrance.connectionKept(permit);
                }
            }
        }
    }

    /** {@return the requests of {@code connector} that have been admitted and have not ended} */
    List<Exchange> exchanges(ServerConnector connector) {
        List<Exchange> open = new ArrayList<>();
        for (Permit permit : shutdown.requests().running()) {
            if (permit.peer() instanceof Exchange exchange
                    && !exchange.isOver()
                    && exchange.connector().equals(connector)) {
                open.add(exchange);
            }
        }
        return open;
    }

    @Override
    public String toString() {
        return name() + " " + stage;
    }
}
