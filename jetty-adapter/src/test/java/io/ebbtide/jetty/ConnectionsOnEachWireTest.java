package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownResult;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** What becomes of connections that hold no request, whatever is spoken. */
@ParameterizedClass
@MethodSource("io.ebbtide.jetty.Setup#all")
@Timeout(60)
class ConnectionsOnEachWireTest {

    @Parameter private Setup setup;

    private final Script script = new Script();

    @Test
    void closesIdleConnectionsLongBeforeTheDeadline() throws Exception {
        try (Served served = Served.by(setup, script, Served.AT_ONCE)) {
            List<Client> idle = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Client client = served.connect();
                assertThat(client.exchange("/fast").isServed()).isTrue();
                idle.add(client);
            }

            ShutdownResult result = served.begin().get();

            for (Client client : idle) {
                assertThat(client.isClosedByServer()).isTrue();
                client.close();
            }
            assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.took()).isLessThan(Duration.ofSeconds(5)); // idle timeout: 30 s
        }
    }

    @Test
    void closesAnIdleConnectionWhileARequestRuns() throws Exception {
        try (Served served = Served.by(setup, script, Served.AT_ONCE);
                Client idle = served.connect();
                Client client = served.connect()) {
            assertThat(idle.exchange("/fast").isServed()).isTrue();
            client.get("/wait");
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.drain();

            assertThat(idle.isClosedByServer()).isTrue();
            assertThat(result).isNotDone();
            script.open();
            assertThat(client.receive().isServed()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    /** With TLS it has not even begun its handshake. */
    @Test
    void doesNotWaitForAConnectionThatNeverSendsAnything() throws Exception {
        assertEndsSoonWith(new byte[0]);
    }

    /** Half a request line, or with TLS half of the handshake's first message. */
    @Test
    void doesNotWaitForAClientThatStopsInTheMiddleOfItsFirstWords() throws Exception {
        byte[] half =
                switch (setup.wire()) {
                    case HTTP -> new byte[] {'G', 'E', 'T', ' ', '/'};
                    case H2C -> new byte[] {'P', 'R', 'I', ' ', '*'};
                    case HTTPS, H2 -> new byte[] {0x16, 3, 1, 0, (byte) 200, 1, 0, 0};
                };
        assertEndsSoonWith(half);
    }

    private void assertEndsSoonWith(byte[] said) throws Exception {
        try (Served served = Served.by(setup, script, Served.AT_ONCE);
                Socket silent = RawClient.open(served.port())) {
            silent.getOutputStream().write(said);

            ShutdownResult result = served.begin().get();

            silent.setSoTimeout(RawClient.PATIENCE_MILLIS);
            silent.getInputStream().readAllBytes(); // to its end; TLS may say goodbye before
            assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.took()).isLessThan(Duration.ofSeconds(5));
        }
    }

    /** The client reads nothing and closes nothing. */
    @Test
    void doesNotWaitForAClientThatNeverCloses() throws Exception {
        try (Served served = Served.by(setup, script, Served.AT_ONCE);
                Client client = served.connect();
                Client idle = served.connect()) {
            assertThat(idle.exchange("/fast").isServed()).isTrue();
            client.get("/wait");
            script.awaitWaiting(1);
            CompletableFuture<ShutdownResult> result = served.drain();

            script.open();

            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.get().took()).isLessThan(Duration.ofSeconds(5));
            assertThat(client.receive().isServed()).isTrue();
        }
    }

    /** Whoever closes them. */
    @Test
    void areForgottenOnceTheyAreClosed() throws Exception {
        try (Served served = Served.by(setup, script, Served.AT_ONCE)) {
            Arrivals arrivals = arrivals(served.connector);
            for (int i = 0; i < 10; i++) {
                Client polite = served.connect();
                assertThat(polite.exchange("/fast").isServed()).isTrue();
                polite.close();
                Client rude = served.connect();
                assertThat(rude.exchange("/fast").isServed()).isTrue();
                rude.reset();
                RawClient.open(served.port()).close();
            }
            while (arrivals.size() > 0 || !served.connector.getConnectedEndPoints().isEmpty()) {
                Thread.onSpinWait();
            }
            try (Client idle = served.connect();
                    Client busy = served.connect();
                    Socket silent = RawClient.open(served.port())) {
                assertThat(idle.exchange("/fast").isServed()).isTrue();
                busy.get("/wait");
                script.awaitWaiting(1);
                CompletableFuture<ShutdownResult> result = served.drain();
                assertThat(arrivals.size()).isPositive();
                script.open();

                assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
                silent.getInputStream().readAllBytes(); // to its end
            }
            assertThat(arrivals.size()).isZero();
            while (!served.connector.getConnectedEndPoints().isEmpty()) {
                Thread.onSpinWait(); // virtual threads of Jetty's outlive its stop by an instant
            }
        }
    }

    private static Arrivals arrivals(ServerConnector connector) {
        return connector.getSelectorManager().getEventListeners().stream()
                .filter(Arrivals.class::isInstance)
                .map(Arrivals.class::cast)
                .findAny()
                .orElseThrow();
    }

    /** Before, while and after the drain closes them. */
    @Test
    void areClosedOnceAlsoIfTheirIdleTimeoutsAreDue() throws Exception {
        Closings closings = new Closings();
        try (Served served = Served.by(setup, script, Served.AT_ONCE);
                Client holder = served.connect()) {
            holder.get("/wait");
            script.awaitWaiting(1);
            List<EndPoint> held = List.copyOf(served.connector.getConnectedEndPoints());
            served.connector.addEventListener(closings);
            List<Client> idle = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Client client = served.connect();
                assertThat(client.exchange("/fast").isServed()).isTrue();
                idle.add(client);
            }
            long due = 0;
            for (EndPoint endPoint : served.connector.getConnectedEndPoints()) {
                due += 20; // to twice the quiet spell
                endPoint.setIdleTimeout(held.contains(endPoint) ? 0 : due);
            }

            CompletableFuture<ShutdownResult> result = served.drain();

            for (Client client : idle) {
                assertThat(client.isClosedByServer()).isTrue();
                client.close();
            }
            script.open();
            assertThat(holder.receive().isServed()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
        assertThat(closings.opened).hasSizeGreaterThanOrEqualTo(20);
        assertThat(closings.closed)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(closings.opened);
    }

    /** Hears of each connection, with TLS of both. */
    private static final class Closings implements Connection.Listener {

        private final List<Connection> opened = new CopyOnWriteArrayList<>();
        private final List<Connection> closed = new CopyOnWriteArrayList<>();

        @Override
        public void onOpened(Connection connection) {
            opened.add(connection);
        }

        @Override
        public void onClosed(Connection connection) {
            closed.add(connection);
        }
    }

    @Test
    void takesNoTimeWhenNothingIsThere() throws Exception {
        try (Served served = Served.by(setup, script, Served.AT_ONCE)) {
            ShutdownResult result = served.begin().get();

            assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.took()).isLessThan(Farewell.LINGER);
            assertThat(served.shutdown.progress().phase()).isEqualTo(ShutdownPhase.COMPLETED);
        }
    }
}
