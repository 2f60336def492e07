package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.work.Scope;

import org.eclipse.jetty.compression.gzip.GzipCompression;
import org.eclipse.jetty.compression.server.CompressionHandler;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.rewrite.handler.RewriteHandler;
import org.eclipse.jetty.rewrite.handler.RewritePatternRule;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.StatisticsHandler;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPInputStream;

/** Jetty's own handlers may stand around the adapter's and inside of it: everybody gets what they should, and is counted. */
@Timeout(60)
class SurroundingHandlersTest {

    private static final String PAGE =
            "It is a long answer that is worth being made smaller. ".repeat(40);

    /** Where the handlers stand. */
    enum Place {
        INSIDE {
            @Override
            GracefulJetty wrap(Server server, StructuredShutdown shutdown, Handler application) {
                server.setHandler(around(application));
                return GracefulJetty.wrap(server, shutdown);
            }
        },
        AROUND {
            @Override
            GracefulJetty wrap(Server server, StructuredShutdown shutdown, Handler application) {
                server.setHandler(application);
                GracefulJetty jetty = GracefulJetty.wrap(server, shutdown);
                server.setHandler(around(server.getHandler()));
                return jetty;
            }
        };

        abstract GracefulJetty wrap(
                Server server, StructuredShutdown shutdown, Handler application);

        private static Handler around(Handler inner) {
            RewriteHandler rewriting = new RewriteHandler(inner);
            rewriting.addRule(new RewritePatternRule("/old", "/page"));
            CompressionHandler compressing = new CompressionHandler(rewriting);
            compressing.putCompression(new GzipCompression());
            return new StatisticsHandler(compressing);
        }
    }

    /** Answers each request with a long page once it may. */
    private static final class Slow extends Handler.Abstract {

        private final CountDownLatch waiting = new CountDownLatch(1);
        private final CountDownLatch gate = new CountDownLatch(1);

        @Override
        public boolean handle(Request request, Response response, Callback callback)
                throws Exception {
            assertThat(request.getHttpURI().getPath()).isEqualTo("/page");
            waiting.countDown();
            gate.await();
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");
            byte[] page = PAGE.getBytes(StandardCharsets.UTF_8);
            response.write(true, ByteBuffer.wrap(page), callback);
            return true;
        }
    }

    private final Slow application = new Slow();
    private final Server server = new Server(Pool.VIRTUAL_HANDLERS.create());
    private final ServerConnector connector = new ServerConnector(server, 1, 1);
    private final StructuredShutdown shutdown = StructuredShutdown.open(Served.PATIENTLY);

    @ParameterizedTest
    @EnumSource(Place.class)
    void leaveTheDrainAsItIs(Place place) throws Exception {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        place.wrap(server, shutdown, application).readiness("/ready").start();
        int port = connector.getLocalPort();
        try (HttpClient client = HttpClient.newHttpClient();
                RawClient probe = RawClient.connect(port);
                RawClient late = RawClient.connect(port)) {
            assertThat(probe.exchange("/ready").body()).isEqualTo("ready\n");
            assertThat(late.exchange("/ready").isServed()).isTrue();
            CompletableFuture<HttpResponse<byte[]>> page =
                    client.sendAsync(
                            HttpRequest.newBuilder(
                                            URI.create("http://127.0.0.1:" + port + "/old?secret"))
                                    .version(HttpClient.Version.HTTP_1_1)
                                    .header("Accept-Encoding", "gzip")
                                    .build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            application.waiting.await();
            assertThat(nameOfTheRequest())
                    .isEqualTo(place == Place.INSIDE ? "GET /old" : "GET /page");

            CompletableFuture<ShutdownResult> result =
                    shutdown.begin(new ShutdownReason.Requested("test"));
            while (shutdown.requests().state() == Scope.State.OPEN) {
                Thread.onSpinWait();
            }
            assertThat(probe.exchange("/ready").status()).isEqualTo(503);
            Answer refused = late.exchange("/old");
            assertThat(refused.isUnavailable()).isTrue();
            assertThat(refused.saysClose()).isTrue();
            assertThat(refused.body()).isEqualTo("Shutting down. Please try again.\n");
            application.gate.countDown();

            HttpResponse<byte[]> whole = page.get();
            assertThat(whole.headers().firstValue("content-encoding")).contains("gzip");
            assertThat(whole.headers().firstValue("connection")).contains("close");
            assertThat(unzipped(whole.body())).isEqualTo(PAGE);
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.get().drained()).isPositive();
        }
        StatisticsHandler statistics = server.getDescendant(StatisticsHandler.class);
        assertThat(statistics.getRequestsActive()).isZero();
        assertThat(statistics.getRequestTotal()).isEqualTo(place == Place.INSIDE ? 1 : 5);
    }

    private String nameOfTheRequest() {
        return shutdown.requests().running().getFirst().name();
    }

    private static String unzipped(byte[] bytes) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
