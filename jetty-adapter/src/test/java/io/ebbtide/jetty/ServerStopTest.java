package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.resource.ResourceType;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;

/** Whoever stops the server, it drains, stops once, and before everything else. */
@Timeout(60)
class ServerStopTest {

    private final Script script = new Script();

    @ParameterizedTest
    @EnumSource(Pool.class)
    void drainsWhenJettyIsAskedToStop(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script);
                RawClient client = served.client()) {
            List<String> closed = new CopyOnWriteArrayList<>();
            served.jetty.register("db", ResourceType.DATABASE, () -> closed.add("db"));
            client.get("/wait");
            script.awaitWaiting(1);

            FutureTask<List<String>> stop = stopping(served, closed);
            served.awaitPhase(ShutdownPhase.DRAINING_CONNECTIONS);
            assertThat(stop).isNotDone();
            script.open();

            assertThat(client.receive().isServed()).isTrue();
            assertThat(stop.get()).containsExactly("db"); // it returns when all is over
            assertThat(served.server.isStopped()).isTrue();
            ShutdownResult result = served.shutdown.await();
            assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.reason().describe()).isEqualTo("server.stop()");
        }
    }

    private static FutureTask<List<String>> stopping(Served served, List<String> closed) {
        FutureTask<List<String>> stop =
                new FutureTask<>(
                        () -> {
                            served.server.stop();
                            return List.copyOf(closed);
                        });
        Thread.ofPlatform().daemon(true).start(stop);
        return stop;
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void stopsTheServerBeforeOtherResourcesAreClosed(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script)) {
            List<String> states = new CopyOnWriteArrayList<>();
            served.jetty.register(
                    "db", ResourceType.DATABASE, () -> states.add(served.server.getState()));

            served.shutdown.close();

            assertThat(states).containsExactly("STOPPED");
        }
    }

    @Test
    void joinsAShutdownThatRunsAlready() throws Exception {
        try (Served served = Served.by(Pool.VIRTUAL_HANDLERS, script);
                RawClient client = served.client()) {
            client.get("/wait");
            script.awaitWaiting(1);
            CompletableFuture<ShutdownResult> result = served.drain();

            FutureTask<List<String>> stop = stopping(served, List.of());
            while (!served.server.isStopping()) {
                Thread.onSpinWait();
            }
            script.open();

            assertThat(client.receive().isServed()).isTrue();
            assertThat(stop.get()).isEmpty();
            assertThat(result.get().reason().describe()).isEqualTo("test");
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void letsARequestThatStopsTheServerHaveItsAnswer(Pool pool) throws Exception {
        Server[] server = new Server[1];
        Handler stopper =
                new Handler.Abstract() {
                    @Override
                    public boolean handle(Request request, Response response, Callback callback) {
                        assertThatThrownBy(() -> server[0].stop())
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("GET /stop")
                                .hasMessageContaining("begin");
                        response.setStatus(202);
                        callback.succeeded();
                        return true;
                    }
                };
        try (Served served = Served.by(pool, stopper);
                RawClient client = served.client()) {
            server[0] = served.server;

            assertThat(client.exchange("/stop").status()).isEqualTo(202);

            ShutdownResult result = served.shutdown.await();
            assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(served.server.isStopped()).isTrue();
        }
    }

    @Test
    void mayBeStoppedByACloseActionOfTheUsers() throws Exception {
        try (Served served = Served.by(Pool.VIRTUAL_HANDLERS, script)) {
            served.jetty.register("too", ResourceType.SERVER, served.server::stop);

            served.shutdown.close();

            assertThat(served.shutdown.await().errors()).isEmpty();
            assertThat(served.server.isStopped()).isTrue();
        }
    }

    @Test
    void stopsEveryServerOfASharedShutdown() throws Exception {
        try (Served first = Served.by(Pool.VIRTUAL_HANDLERS, script)) {
            Server second = serverOnFreePort(new Script());
            GracefulJetty.wrap(second, first.shutdown).start();
            int port = ((ServerConnector) second.getConnectors()[0]).getLocalPort();
            assertThat(RawClient.once(port, "/fast").isServed()).isTrue();

            first.shutdown.close();

            assertThat(second.isStopped()).isTrue();
            assertThat(first.server.isStopped()).isTrue();
            assertThat(RawClient.isRefused(port)).isTrue();
        }
    }

    @Test
    void startsAgainWithAShutdownOfItsOwn() throws Exception {
        Server server = serverOnFreePort(script);
        try (GracefulJetty jetty = GracefulJetty.wrap(server)) {
            List<String> closed = new CopyOnWriteArrayList<>();
            for (String life : List.of("first", "second")) {
                jetty.register("db", ResourceType.DATABASE, () -> closed.add(life));
                jetty.start();
                int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();

                assertThat(RawClient.once(port, "/fast").isServed()).isTrue();
                server.stop();

                assertThat(RawClient.isRefused(port)).isTrue();
                assertThat(jetty.join().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            }
            assertThat(closed).containsExactly("first", "second");
        }
    }

    @Test
    void takesAHandlerThatIsSetAfterWrapping() throws Exception {
        Server server = serverOnFreePort(null);
        try (StructuredShutdown shutdown = StructuredShutdown.open()) {
            GracefulJetty jetty = GracefulJetty.wrap(server, shutdown).readiness("/ready");
            server.setHandler(script);
            jetty.start();
            int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();

            assertThat(RawClient.once(port, "/fast").isServed()).isTrue();
            assertThat(RawClient.once(port, "/ready").body()).isEqualTo("ready\n");
        }
    }

    @Test
    void isReadyToBeClosedBeforeItIsStarted() throws Exception {
        List<String> closed = new CopyOnWriteArrayList<>();
        try (GracefulJetty jetty = GracefulJetty.wrap(serverOnFreePort(script))) {
            jetty.register("db", ResourceType.DATABASE, () -> closed.add("db"));
        }

        assertThat(closed).containsExactly("db");
    }

    @Test
    void doesNotStartOnceItsShutdownHasBegun() throws Exception {
        Server server = serverOnFreePort(script);
        StructuredShutdown shutdown = StructuredShutdown.open();
        GracefulJetty jetty = GracefulJetty.wrap(server, shutdown);
        ShutdownResult _ = shutdown.shutdown(new ShutdownReason.Requested("test"));

        assertThatThrownBy(jetty::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("shutdown has begun");
        assertThat(server.isStopped()).isTrue();
    }

    private static Server serverOnFreePort(Handler handler) {
        Server server = new Server(Pool.VIRTUAL_HANDLERS.create());
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(handler);
        return server;
    }
}
