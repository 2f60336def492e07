package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbtide.ShutdownConfig;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.Straggler;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * The cut of connections with TLS. What follows from a goodbye of TLS that nobody reads, or that would look like the end of
 * a response, is seen only here.
 */
@Timeout(60)
class TlsCutTest {

    /** Writes until it is stopped. */
    private static final class Endless extends Handler.Abstract {

        private static final int MORE_THAN_BUFFERS_HOLD = 20_000_000;

        private final CountDownLatch full = new CountDownLatch(1);
        private final CompletableFuture<IOException> stopped = new CompletableFuture<>();

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            byte[] bytes = new byte[MORE_THAN_BUFFERS_HOLD];
            full.countDown();
            try (OutputStream out = Content.Sink.asOutputStream(response)) {
                while (true) {
                    out.write(bytes);
                }
            } catch (IOException cut) {
                callback.failed(cut);
                stopped.complete(cut);
            }
            return true;
        }
    }

    /** Its response has no end but that of the connection: only a reset shows that it was cut. */
    @ParameterizedTest
    @EnumSource(Pool.class)
    void resetsAClientThatReadsNothing(Pool pool) throws Exception {
        Endless endless = new Endless();
        try (Served served = Served.by(Wire.HTTPS, pool, 1, endless, TlsCutTest::patientlyCut);
                Socket plain = RawClient.open(served.port())) {
            RawClient client = RawClient.on(Tls.over(plain, "http/1.1"));
            client.send("GET /endless HTTP/1.0\r\n\r\n");
            endless.full.await();

            ShutdownResult result = served.begin().get();

            assertCut(served, result, endless);
            assertThatThrownBy(
                            () ->
                                    plain.getInputStream()
                                            .transferTo(OutputStream.nullOutputStream()))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    /** With chunks, or a length, the missing end tells. */
    @ParameterizedTest
    @EnumSource(Pool.class)
    void neverEndsTheResponseToAClientThatReadsNothing(Pool pool) throws Exception {
        Endless endless = new Endless();
        try (Served served = Served.by(Wire.HTTPS, pool, 1, endless, TlsCutTest::patientlyCut);
                Client client = served.connect()) {
            client.get("/endless");
            endless.full.await();

            ShutdownResult result = served.begin().get();

            assertCut(served, result, endless);
            assertThat(client.receive().ending())
                    .isIn(Answer.Ending.TRUNCATED, Answer.Ending.RESET);
        }
    }

    /** Cutting has as long as a machine under load needs. */
    private static ShutdownConfig patientlyCut(ShutdownConfig config) {
        return Served.BRIEFLY.apply(config).withInterruptGrace(Duration.ofSeconds(5));
    }

    private static void assertCut(Served served, ShutdownResult result, Endless endless)
            throws Exception {
        assertThat(result.status()).isEqualTo(ShutdownResult.Status.FORCED);
        assertThat(result.stragglers()).extracting(Straggler::name).containsExactly("GET /endless");
        assertThat(result.errors()).isEmpty();
        assertThat(result.took()).isLessThan(result.budget());
        assertThat(endless.stopped).isDone(); // so its thread has gone
        assertThat(served.connector.getConnectedEndPoints()).isEmpty();
        assertThat(served.shutdown.requests().inFlight()).isZero();
    }

    /** Below TLS, where a goodbye could not be told from the end. */
    @ParameterizedTest
    @EnumSource(Pool.class)
    void resetsAResponseThatOnlyTheConnectionWouldEnd(Pool pool) throws Exception {
        Script script = new Script();
        try (Served served = Served.by(Wire.HTTPS, pool, 1, script, Served.BRIEFLY);
                Socket plain = RawClient.open(served.port())) {
            Socket tls = Tls.over(plain, "http/1.1");
            tls.getOutputStream()
                    .write("GET /stream HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.begin();

            assertThatThrownBy(
                            () -> tls.getInputStream().transferTo(OutputStream.nullOutputStream()))
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            assertThat(result.get().stragglers()).hasSize(1);
            assertThat(script.events).containsExactly("interrupted");
        }
    }
}
