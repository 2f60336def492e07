package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.ShutdownResult;

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

    @Test
    void takesNoTimeWhenNothingIsThere() throws Exception {
        try (Served served = Served.by(setup, script, Served.AT_ONCE)) {
            ShutdownResult result = served.begin().get();

            assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.took()).isLessThan(Duration.ofSeconds(5));
        }
    }
}
