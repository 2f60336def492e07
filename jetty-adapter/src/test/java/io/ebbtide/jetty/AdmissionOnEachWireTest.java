package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.jetty.Answer.Ending;
import io.ebbtide.report.ShutdownResult;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Who is still let in once the listener is closed, whatever is spoken. */
@ParameterizedClass
@MethodSource("io.ebbtide.jetty.Setup#all")
@Timeout(60)
class AdmissionOnEachWireTest {

    @Parameter private Setup setup;

    private final Script script = new Script();

    @Test
    void refusesNewConnectionsWhileAnOldRequestRuns() throws Exception {
        try (Served served = Served.by(setup, script, Served.PATIENTLY);
                Client client = served.connect()) {
            client.get("/wait");
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.drain();

            assertThat(RawClient.isRefused(served.port())).isTrue();
            script.open();
            assertThat(client.receive().isServed()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @Test
    void servesTheFirstRequestOfAConnectionThatWasThereBefore() throws Exception {
        try (Served served = Served.by(setup, script, Served.PATIENTLY);
                Client holder = served.connect();
                Client fresh = served.connect()) {
            holder.get("/wait");
            script.awaitWaiting(1);
            CompletableFuture<ShutdownResult> result = served.drain();

            Answer answer = fresh.exchange("/fast");

            assertThat(answer.isServed()).isTrue();
            assertThat(fresh.isToldToLeave()).isTrue();
            script.open();
            assertThat(holder.receive().isServed()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.get().refused()).isZero();
        }
    }

    /** A 503 with {@code Connection: close}, or the promise of RFC 9113 §8.7. */
    @Test
    void tellsALaterRequestOnAnOldConnectionThatItMayBeRetried() throws Exception {
        try (Served served = Served.by(setup, script, Served.PATIENTLY);
                Client holder = served.connect();
                Client old = served.connect()) {
            old.getUntilBody("/stream");
            holder.get("/wait");
            script.awaitWaiting(2);
            CompletableFuture<ShutdownResult> result = served.drain();
            if (old instanceof RawHttp2Client session) {
                assertThat(session.awaitGoAways(2)).hasSize(2);
                session.get("/fast"); // while the stream is still running
                script.open();
                assertThat(session.receive().body()).isEqualTo("one-two.");
                assertThat(session.receive().ending()).isEqualTo(Ending.RETRYABLE);
            } else {
                script.open();
                assertThat(old.receive().body()).isEqualTo("one-two.");
                assertRefuses(old.exchange("/fast?secret=1"));
            }

            assertThat(script.seen).doesNotContain("/fast");
            assertThat(old.isClosedByServer()).isTrue();
            assertThat(holder.receive().isServed()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.get().refused())
                    .isEqualTo(setup.wire().isHttp2() ? 0 : 1); // its GOAWAY has refused for us
        }
    }

    private static void assertRefuses(Answer answer) {
        assertThat(answer.isUnavailable()).isTrue();
        assertThat(answer.saysClose()).isTrue();
        assertThat(answer.headers())
                .containsEntry("retry-after", "1")
                .containsEntry("cache-control", "no-store")
                .containsEntry("content-type", "text/plain;charset=utf-8");
        assertThat(answer.body()).doesNotContain("fast", "secret", "etty", "Exception");
    }

    @Test
    void servesWhoeverIsInTheAcceptQueue() throws Exception {
        try (Served served = Served.by(setup, script, Served.PATIENTLY)) {
            served.connector.setAccepting(false);
            List<Socket> waiting = new ArrayList<>();
            for (int i = 0; i < 10; i++) { // the first one brings the acceptor out of accept()
                waiting.add(RawClient.open(served.port()));
            }

            CompletableFuture<ShutdownResult> result = served.begin();

            for (Socket socket : waiting) {
                try (Client client = setup.wire().talk(socket).get("/fast")) {
                    assertThat(client.receive().isServed()).isTrue();
                }
            }
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(RawClient.isRefused(served.port())).isTrue();
        }
    }

    @Test
    void freesThePort() throws Exception {
        try (Served served = Served.by(setup, script, Served.AT_ONCE);
                Client client = served.connect()) {
            assertThat(client.exchange("/fast").isServed()).isTrue();
            served.shutdown.close();

            try (ServerSocket next = new ServerSocket()) {
                next.setReuseAddress(true);
                next.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), served.port()));
                assertThat(next.isBound()).isTrue();
            }
        }
    }
}
