package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.ShutdownConfig;
import io.ebbtide.report.ShutdownResult;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A shutdown in the middle of much traffic: every request that was sent has a whole answer. */
@Tag("realtime")
@Timeout(120)
class LoadTest {

    private static final int CONNECTIONS = 64;

    @ParameterizedTest
    @EnumSource(Pool.class)
    void losesNobodyWithTheDefaults(Pool pool) throws Exception {
        losesNobody(
                pool,
                config -> config.withLameDuckQuiet(config.lameDuck()),
                Set.of("served", "refused"));
    }

    /** Without announcement first: then some are told to come again. */
    @ParameterizedTest
    @EnumSource(Pool.class)
    void losesNobodyWithoutLameDuckTime(Pool pool) throws Exception {
        losesNobody(
                pool,
                // much time for clients that get none from a busy machine
                config ->
                        config.withLameDuck(Duration.ZERO).withLameDuckQuiet(Duration.ofSeconds(5)),
                Set.of("served", "503", "refused"));
    }

    private static void losesNobody(
            Pool pool, UnaryOperator<ShutdownConfig> settings, Set<String> allowed)
            throws Exception {
        try (Served served = Served.by(pool, new Mixed(), settings)) {
            ClosedLoop clients = new ClosedLoop(served.port(), CONNECTIONS, 500);
            clients.awaitUnderWay();

            ShutdownResult result = served.begin().get();

            Map<String, Long> account = clients.account();
            assertThat(account.keySet()).as(account.toString()).isSubsetOf(allowed);
            assertThat(account).containsEntry("refused", (long) CONNECTIONS);
            assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.refused()).isEqualTo(account.getOrDefault("503", 0L));
        }
    }

    /** Fast, slow and streamed answers, each the path a hundred times over. */
    private static final class Mixed extends Handler.Abstract {

        /** Never opens: what waits for it waits for its time. */
        private final CountDownLatch never = new CountDownLatch(1);

        @Override
        public boolean handle(Request request, Response response, Callback callback)
                throws Exception {
            String path = request.getHttpURI().getPath();
            ByteBuffer whole = StandardCharsets.UTF_8.encode(path.repeat(100));
            switch (path) {
                case "/slow" -> {
                    boolean _ = never.await(20 + request.hashCode() % 80, TimeUnit.MILLISECONDS);
                    response.write(true, whole, callback);
                }
                case "/stream" -> {
                    try (OutputStream out = Content.Sink.asOutputStream(response)) {
                        for (int i = 0; i < 10; i++) {
                            out.write(path.repeat(10).getBytes(StandardCharsets.UTF_8));
                            out.flush();
                            boolean _ = never.await(10, TimeUnit.MILLISECONDS);
                        }
                    }
                    callback.succeeded();
                }
                default -> response.write(true, whole, callback);
            }
            return true;
        }
    }
}
