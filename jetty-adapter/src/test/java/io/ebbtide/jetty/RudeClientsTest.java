package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.ShutdownResult;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Whatever clients send, and whenever they vanish: no request is left behind, others are served, and the stop is clean. */
@Timeout(60)
class RudeClientsTest {

    private static final String HOST = "Host: test\r\n";

    /** What no client should send. */
    enum Nonsense {
        NOTHING(""),
        AN_EMPTY_LINE("\r\n"),
        GARBAGE("\u0000\u0001\u0002\u00ff\u00fe\r\n\r\n"),
        A_TLS_HELLO("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003"),
        AN_UNKNOWN_VERSION("GET /fast HTTP/9.9\r\n" + HOST + "\r\n"),
        NO_HOST("GET /fast HTTP/1.1\r\n\r\n"),
        A_LONG_PATH("GET /" + "a".repeat(200_000) + " HTTP/1.1\r\n" + HOST + "\r\n"),
        A_LONG_HEADER("GET /fast HTTP/1.1\r\n" + HOST + "X: " + "a".repeat(200_000) + "\r\n\r\n"),
        MANY_HEADERS("GET /fast HTTP/1.1\r\n" + HOST + "X: y\r\n".repeat(50_000) + "\r\n"),
        A_FOLDED_HEADER("GET /fast HTTP/1.1\r\n" + HOST + "X: y\r\n z\r\n\r\n"),
        A_NUL_IN_THE_PATH("GET /fa\u0000st HTTP/1.1\r\n" + HOST + "\r\n"),
        A_NEGATIVE_LENGTH("POST /upload HTTP/1.1\r\n" + HOST + "Content-Length: -1\r\n\r\n"),
        TWO_LENGTHS(
                "POST /upload HTTP/1.1\r\n"
                        + HOST
                        + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        A_LENGTH_AND_CHUNKS(
                "POST /upload HTTP/1.1\r\n"
                        + HOST
                        + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        A_HUGE_CHUNK(
                "POST /upload HTTP/1.1\r\n"
                        + HOST
                        + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nab"),
        A_BROKEN_CHUNK(
                "POST /upload HTTP/1.1\r\n"
                        + HOST
                        + "Transfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n"),
        A_BODY_CUT_SHORT("POST /upload HTTP/1.1\r\n" + HOST + "Content-Length: 1000\r\n\r\nab"),
        A_BODY_NOBODY_READS(
                "POST /fast HTTP/1.1\r\n"
                        + HOST
                        + "Content-Length: 300000\r\n\r\n"
                        + "b".repeat(300_000)),
        MANY_AT_ONCE(("GET /fast HTTP/1.1\r\n" + HOST + "\r\n").repeat(500)),
        HALF_A_LINE("GET /fa");

        private final String bytes;

        Nonsense(String bytes) {
            this.bytes = bytes;
        }
    }

    private final Script script = new Script();

    @ParameterizedTest
    @EnumSource(Nonsense.class)
    void leaveNothingBehindWithNonsense(Nonsense nonsense) throws Exception {
        try (Served served = Served.by(Pool.VIRTUAL_HANDLERS, script);
                RawClient rude = served.client()) {
            try {
                rude.send(nonsense.bytes).finishOutput();
                rude.awaitEnd();
            } catch (SocketException hungUp) {
                assertThat(hungUp).isNotNull(); // the server has heard enough
            }

            assertThat(RawClient.once(served.port(), "/fast").isServed()).isTrue();
            assertCleanStop(served);
        }
    }

    @ParameterizedTest
    @EnumSource(Nonsense.class)
    void areNotWaitedForIfTheyStayInTheMiddleOfNonsense(Nonsense nonsense) throws Exception {
        try (Served served = Served.by(Pool.VIRTUAL_HANDLERS, new Reader(), Served.BRIEFLY);
                RawClient rude = served.client()) {
            try {
                rude.send(nonsense.bytes);
            } catch (SocketException hungUp) {
                assertThat(hungUp).isNotNull(); // the server has heard enough
            }

            ShutdownResult result = served.begin().get();

            assertThat(result.errors()).isEmpty();
            assertThat(result.stragglers()).hasSizeLessThanOrEqualTo(1); // a body that never comes
            assertThat(RawClient.isRefused(served.port())).isTrue();
        }
    }

    /** Reads what comes, without a thread. */
    private static final class Reader extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            Content.Source.consumeAll(
                    request, Callback.from(callback::succeeded, callback::failed));
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void mayVanishWhileTheirRequestIsServed(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script)) {
            try (RawClient client = served.client()) {
                client.get("/wait");
                script.awaitWaiting(1);
                client.vanish();
            }
            CompletableFuture<ShutdownResult> result = served.drain();
            script.open();

            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void mayVanishInTheMiddleOfAnAnswer(Pool pool) throws Exception {
        CountDownLatch noticed = new CountDownLatch(1);
        try (Served served = Served.by(pool, new Endless(noticed))) {
            try (RawClient client = served.client()) {
                client.getUntilBody("/endless");
                client.vanish();
            }
            noticed.await(); // the application sees it by its write

            assertCleanStop(served);
        }
    }

    /** Writes until nobody reads. */
    private static final class Endless extends Handler.Abstract {

        private final CountDownLatch noticed;

        private Endless(CountDownLatch noticed) {
            this.noticed = noticed;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            byte[] bytes = new byte[8192];
            try (OutputStream out = Content.Sink.asOutputStream(response)) {
                while (true) {
                    out.write(bytes);
                    out.flush();
                }
            } catch (IOException gone) {
                noticed.countDown();
                callback.failed(gone);
            }
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void mayVanishInTheMiddleOfAnUpload(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script)) {
            try (RawClient client = served.client()) {
                client.sendHead("POST /upload HTTP/1.1", "Content-Length: 100000").send("some");
                script.awaitWaiting(1);
                client.vanish();
            }
            assertCleanStop(served);
        }
    }

    @Test
    void areNotKeptWaitingWithALargeBodyForAServerThatDrains() throws Exception {
        try (Served served = Served.by(Pool.VIRTUAL_HANDLERS, script, Served.PATIENTLY);
                RawClient holder = served.client();
                RawClient client = served.client()) {
            assertThat(client.exchange("/fast").isServed()).isTrue();
            holder.get("/wait");
            script.awaitWaiting(1);
            CompletableFuture<ShutdownResult> result = served.drain();

            boolean sent = sendsAllOf(client, 50_000_000); // more than any buffer holds

            assertThat(sent || client.awaitEnd() >= 0).isTrue();
            script.open();
            assertThat(holder.receive().isServed()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(script.seen).doesNotContain("/upload");
        }
    }

    private static boolean sendsAllOf(RawClient client, int length) throws IOException {
        try {
            client.sendHead("POST /upload HTTP/1.1", "Content-Length: " + length);
            for (int i = 0; i < length / 10_000; i++) {
                client.send("u".repeat(10_000));
            }
            return true;
        } catch (SocketException hungUp) {
            return false;
        }
    }

    private static void assertCleanStop(Served served) throws Exception {
        ShutdownResult result = served.begin().get();

        assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(result.stragglers()).isEmpty();
        assertThat(served.shutdown.requests().inFlight()).isZero();
    }
}
