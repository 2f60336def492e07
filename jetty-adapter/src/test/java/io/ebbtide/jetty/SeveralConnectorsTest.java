package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.ShutdownConfig;
import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.work.Scope;
import io.ebbtide.work.TimeSource;

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A server that listens in several places: each is a way in, and all drain together. */
@Timeout(60)
class SeveralConnectorsTest {

    private final Script script = new Script();
    private final List<ServerConnector> connectors = new ArrayList<>();
    private final List<Wire> wires = new ArrayList<>(List.of(Wire.values()));
    private final StructuredShutdown shutdown =
            StructuredShutdown.open(
                    Served.PATIENTLY.apply(ShutdownConfig.defaults()), TimeSource.system());

    /** One for each protocol, and a second one for HTTP/1.1; with none, one and two acceptors. */
    private Server start(Pool pool) throws Exception {
        Server server = new Server(pool.create());
        wires.add(Wire.HTTP);
        for (Wire wire : wires) {
            ServerConnector connector = wire.connector(server, connectors.size() % 3);
            connectors.add(connector);
            server.addConnector(connector);
        }
        server.setHandler(script);
        GracefulJetty.wrap(server, shutdown).start();
        return server;
    }

    @AfterEach
    void endAll() {
        script.open();
        shutdown.close();
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void waitsForTheRequestsOfAll(Pool pool) throws Exception {
        Server server = start(pool);
        List<Integer> ports = connectors.stream().map(ServerConnector::getLocalPort).toList();
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < connectors.size(); i++) {
            clients.add(wires.get(i).connect(ports.get(i)).get("/wait"));
        }
        script.awaitWaiting(clients.size());

        CompletableFuture<ShutdownResult> result =
                shutdown.begin(new ShutdownReason.Requested("test"));
        while (shutdown.requests().state() == Scope.State.OPEN) {
            Thread.onSpinWait();
        }

        for (int port : ports) {
            assertThat(RawClient.isRefused(port)).isTrue();
        }
        assertThat(result).isNotDone();
        script.open();
        for (Client client : clients) {
            assertThat(client.receive().body()).isEqualTo("waited");
            assertThat(client.isToldToLeave()).isTrue();
            assertThat(client.isClosedByServer()).isTrue();
            client.close();
        }
        assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(server.isStopped()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void servesTheAcceptQueuesOfAll(Pool pool) throws Exception {
        Server _ = start(pool);
        List<Client> clients = new ArrayList<>();
        List<Socket> waiting = new ArrayList<>();
        for (ServerConnector connector : connectors) {
            connector.setAccepting(false);
            for (int i = 0; i < 4; i++) { // the first ones bring the acceptors out of accept()
                waiting.add(RawClient.open(connector.getLocalPort()));
            }
        }

        CompletableFuture<ShutdownResult> result =
                shutdown.begin(new ShutdownReason.Requested("test"));

        for (int i = 0; i < waiting.size(); i++) {
            clients.add(wires.get(i / 4).talk(waiting.get(i)).get("/fast"));
        }
        for (Client client : clients) {
            assertThat(client.receive().body()).isEqualTo("fast");
            client.close();
        }
        assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(result.get().refused()).isZero();
    }
}
