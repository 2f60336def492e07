package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.jetty.Answer.Ending;
import io.ebbtide.jetty.Http2Inbox.GoAway;
import io.ebbtide.report.ShutdownResult;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.frames.GoAwayFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Clients that others have written, and the ways to HTTP/2 that begin with HTTP/1.1. */
@Timeout(60)
class Http2ClientsTest {

    private static final GoAway FIRST = new GoAway(Integer.MAX_VALUE, 0);

    private final Script script = new Script();

    @AfterEach
    void letRequestsEnd() {
        script.open();
    }

    /** The JDK's client upgrades from HTTP/1.1. */
    @ParameterizedTest
    @EnumSource(Pool.class)
    void servesTheClientOfTheJdk(Pool pool) throws Exception {
        try (Served served = Served.by(new Setup(Wire.H2C, pool), script, Served.AT_ONCE);
                HttpClient client =
                        HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
            URI uri = URI.create("http://127.0.0.1:" + served.port());
            assertThat(client.send(get(uri.resolve("/fast")), text()).body()).isEqualTo("fast");
            CompletableFuture<HttpResponse<String>> response =
                    client.sendAsync(get(uri.resolve("/wait")), text());
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.drain();
            script.open();

            assertThat(response.get().body()).isEqualTo("waited");
            assertThat(response.get().version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    private static HttpRequest get(URI uri) {
        return HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).build();
    }

    private static HttpResponse.BodyHandler<String> text() {
        return HttpResponse.BodyHandlers.ofString();
    }

    /** An upgrade as the first request of a connection that was there before. */
    @ParameterizedTest
    @EnumSource(Pool.class)
    void upgradesAConnectionWhileDraining(Pool pool) throws Exception {
        try (Served served = Served.by(new Setup(Wire.H2C, pool), script, Served.PATIENTLY);
                Client holder = served.connect();
                RawClient first = served.client()) {
            holder.get("/wait");
            script.awaitWaiting(1);
            CompletableFuture<ShutdownResult> result = served.drain();

            first.sendHead(
                    "GET /fast HTTP/1.1",
                    "Connection: Upgrade, HTTP2-Settings",
                    "Upgrade: h2c",
                    "HTTP2-Settings: AAMAAABk");
            assertThat(first.receiveHead().status()).isEqualTo(101);
            RawHttp2Client upgraded = RawHttp2Client.upgraded(first);

            assertThat(upgraded.receive().body()).isEqualTo("fast");
            assertThat(upgraded.awaitGoAways(3)).containsExactly(FIRST, new GoAway(1, 0));
            script.open();
            assertThat(holder.receive().isServed()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Wire.class,
            names = {"H2C", "H2"})
    void servesTheClientOfJetty(Wire wire) throws Exception {
        Setup setup = new Setup(wire, Pool.VIRTUAL_HANDLERS);
        HTTP2Client client = new HTTP2Client();
        SslContextFactory.Client tls = Tls.forClient();
        client.addBean(tls);
        client.start();
        try (Served served = Served.by(setup, script, Served.AT_ONCE)) {
            Watched watched = new Watched();
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), served.port());
            Session session = client.connect(wire == Wire.H2 ? tls : null, address, watched).get();
            CompletableFuture<Integer> status = watched.get(session, "/wait");
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.drain();
            script.open();

            assertThat(status.get()).isEqualTo(200);
            watched.closed.await();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        } finally {
            client.stop();
        }
    }

    /** A session of Jetty's client. */
    private static final class Watched implements Session.Listener {

        final CountDownLatch closed = new CountDownLatch(1);

        CompletableFuture<Integer> get(Session session, String path) {
            CompletableFuture<Integer> status = new CompletableFuture<>();
            HttpURI uri = HttpURI.from("http", "127.0.0.1", 1, path);
            MetaData.Request request =
                    new MetaData.Request("GET", uri, HttpVersion.HTTP_2, HttpFields.EMPTY);
            CompletableFuture<Stream> _ =
                    session.newStream(
                            new HeadersFrame(request, null, /* endStream= */ true),
                            new Stream.Listener() {
                                @Override
                                public void onHeaders(Stream stream, HeadersFrame frame) {
                                    MetaData.Response head =
                                            (MetaData.Response) frame.getMetaData();
                                    status.complete(head.getStatus());
                                    stream.demand();
                                }

                                @Override
                                public void onDataAvailable(Stream stream) {
                                    Stream.Data data = stream.readData();
                                    if (data == null) {
                                        stream.demand();
                                        return;
                                    }
                                    boolean last = data.frame().isEndStream();
                                    data.release();
                                    if (!last) { // the end would be given again and again
                                        stream.demand();
                                    }
                                }

                                @Override
                                public void onFailure(
                                        Stream stream,
                                        int error,
                                        String reason,
                                        Throwable failure,
                                        Callback callback) {
                                    status.completeExceptionally(failure);
                                    callback.succeeded();
                                }
                            });
            return status;
        }

        @Override
        public void onFailure(Session session, Throwable failure, Callback callback) {
            closed.countDown(); // the server was faster than our GOAWAY
            callback.succeeded();
        }

        @Override
        public void onClose(Session session, GoAwayFrame frame, Callback callback) {
            closed.countDown();
            callback.succeeded();
        }
    }

    /** While it announces, the first GOAWAY is all, and is forgotten for who comes after a resume. */
    @Test
    void saysOnlyTheFirstHalfWhileItAnnounces() throws Exception {
        Setup setup = new Setup(Wire.H2C, Pool.VIRTUAL_HANDLERS);
        try (Served served =
                        Served.by(
                                setup,
                                script,
                                config ->
                                        config.withLameDuck(Duration.ofSeconds(10))
                                                .withLameDuckQuiet(Duration.ofSeconds(3)));
                RawHttp2Client client = (RawHttp2Client) served.connect()) {
            assertThat(client.exchange("/fast").isServed()).isTrue();
            CompletableFuture<ShutdownResult> result = served.begin();
            assertThat(client.awaitGoAways(1)).containsExactly(FIRST);

            assertThat(client.exchange("/fast").isServed()).isTrue();
            assertThat(served.shutdown.resume()).isTrue();
            assertThat(client.exchange("/fast").isServed()).isTrue();
            assertThat(client.awaitGoAways(1)).containsExactly(FIRST);

            assertThat(result).isCompletedExceptionally();
            while (RawClient.once(served.port(), "/ready").status() != 200) {
                Thread.onSpinWait(); // entrances are told by a thread of the shutdown
            }
            try (Client fresh = served.connect()) {
                assertThat(fresh.exchange("/fast").isServed()).isTrue();
                assertThat(fresh.isToldToLeave()).isFalse();
            }
        }
    }

    /** ALPN offers both. */
    @Test
    void servesHttp1OnAConnectorThatPrefersHttp2() throws Exception {
        Setup setup = new Setup(Wire.H2, Pool.VIRTUAL_HANDLERS);
        try (Served served = Served.by(setup, script, Served.AT_ONCE);
                RawClient client =
                        RawClient.on(Tls.over(RawClient.open(served.port()), "http/1.1"))) {
            client.get("/wait");
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.drain();
            script.open();

            Answer answer = client.receive();
            assertThat(answer.ending()).isEqualTo(Ending.COMPLETE);
            assertThat(answer.saysClose()).isTrue();
            assertThat(client.isClosedByServer()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }
}
