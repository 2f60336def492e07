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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;

/**
 * A shutdown in the middle of much traffic: every request that was sent has a whole answer, or the
 * promise that nothing was done for it; afterwards every connection is refused.
 *
 * <p>Once in every build. {@code -Pload} repeats each 30 times, on all thread pools.
 */
@ParameterizedClass
@MethodSource("setups")
@Tag("realtime")
@Timeout(1200)
class LoadTest {

    private static final int ROUNDS = Integer.getInteger("ebbtide.load.rounds", 1);
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Set<String> NOT_LOST = Set.of("served", "503", "retryable", "refused");

    @Parameter private Setup setup;

    static List<Setup> setups() {
        return Setup.all().stream()
                .filter(
                        one ->
                                ROUNDS > 1
                                        || one.wire() == Wire.HTTP
                                        || one.pool() == Pool.VIRTUAL_HANDLERS)
                .toList();
    }

    @Test
    void losesNobodyWithTheDefaults() throws Exception {
        losesNobody(
                64,
                AT_ONCE,
                config -> config.withLameDuckQuiet(config.lameDuck()),
                setup.wire() == Wire.HTTP ? Set.of("served", "refused") : NOT_LOST);
    }

    /** Without announcement first: then some are told to come again. */
    @Test
    void losesNobodyWithoutLameDuckTime() throws Exception {
        losesNobody(
                64,
                AT_ONCE,
                config ->
                        config.withLameDuck(Duration.ZERO).withLameDuckQuiet(Duration.ofSeconds(5)),
                NOT_LOST);
    }

    @Test
    void losesNobodyWhoThinksBetweenRequests() throws Exception {
        Duration announcing = Duration.ofSeconds(2);
        losesNobody(
                200,
                Duration.ofMillis(1500),
                config -> config.withLameDuck(announcing).withLameDuckQuiet(announcing),
                NOT_LOST);
    }

    /** Much time, for clients that get none from a busy machine. */
    private static ShutdownConfig patiently(ShutdownConfig config) {
        return config.withGracefulTimeout(Duration.ofSeconds(90))
                .withResourceCloseTimeout(Duration.ofSeconds(30))
                .withDrainTimeout(Duration.ofSeconds(40));
    }

    private void losesNobody(
            int connections,
            Duration thinking,
            UnaryOperator<ShutdownConfig> settings,
            Set<String> allowed)
            throws Exception {
        for (int round = 1; round <= ROUNDS; round++) {
            Mixed application = new Mixed();
            try (Served served =
                    Served.by(setup, application, config -> patiently(settings.apply(config)))) {
                ClosedLoop clients =
                        new ClosedLoop(setup.wire(), served.port(), connections, thinking, 500);
                clients.awaitUnderWay();

                ShutdownResult result = served.begin().get();

                Map<String, Long> account = clients.account();
                String said =
                        "round "
                                + round
                                + " "
                                + account
                                + " in "
                                + result.took().toMillis()
                                + " ms";
                assertThat(account.keySet()).as(said).isSubsetOf(allowed);
                assertThat(account).containsEntry("refused", (long) connections);
                assertThat(result.status())
                        .as(said + "\n" + result)
                        .isEqualTo(ShutdownResult.Status.SUCCESSFUL);
                assertThat(application.times.keySet()).containsAll(clients.served());
                assertThat(clients.untouched()).noneMatch(application.times::containsKey);
                assertThat(application.times.values()).allMatch(times -> times.sum() == 1);
                if (ROUNDS > 1) {
                    System.out.println("load: " + setup + ", " + connections + " clients, " + said);
                }
            }
        }
    }

    /** Fast, slow and streamed answers, each the path a hundred times over; the query is an id. */
    private static final class Mixed extends Handler.Abstract {

        /** How often each request was seen. */
        final Map<String, LongAdder> times = new ConcurrentHashMap<>();

        /** Never opens: what waits for it waits for its time. */
        private final CountDownLatch never = new CountDownLatch(1);

        @Override
        public boolean handle(Request request, Response response, Callback callback)
                throws Exception {
            times.computeIfAbsent(request.getHttpURI().getQuery(), _ -> new LongAdder())
                    .increment();
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
