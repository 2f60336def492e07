package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbtide.report.Fate;
import io.ebbtide.report.Outcome;
import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.StepReport;
import io.ebbtide.report.Straggler;
import io.ebbtide.resource.Resource;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.Fork;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClient;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;

/** Jedis on a real Redis, closed under reads that wait for ever. */
@Tag("realtime")
@Timeout(90)
class RedisClosingTest {

    private static final ShutdownReason TEST = new ShutdownReason.Requested("test");

    private final StructuredShutdown shutdown =
            StructuredShutdown.open(
                            c ->
                                    c.withLameDuck(Duration.ZERO)
                                            .withGracefulTimeout(Duration.ofSeconds(60))
                                            .withDrainTimeout(Duration.ofSeconds(1))
                                            .withInterruptGrace(Duration.ofSeconds(10)))
                    .listen(new ShutdownListener() {});

    private RealRedis redis;
    private RedisClient client;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        redis = RealRedis.start(folder);
        client = redis.client();
    }

    @AfterEach
    void stop() {
        if (redis != null) {
            redis.close();
        }
    }

    private List<String> takeOrder() {
        return client.blpop(0, "orders");
    }

    private void awaitBlockedReaders(int count) {
        try (RedisClient own = redis.client()) {
            while (!own.info("clients").contains("blocked_clients:" + count)) {
                Thread.onSpinWait();
            }
        }
    }

    private static List<Outcome> closes(ShutdownResult result) {
        return result.steps().stream()
                .filter(step -> step.phase() == ShutdownPhase.CLOSING_RESOURCES)
                .map(StepReport::outcome)
                .toList();
    }

    @Test
    void cutsABlockedReadAtTheDrainDeadlineAndClosesCleanly() throws Exception {
        shutdown.register("redis", ResourceType.REDIS, client);
        Fork<List<String>> reader = shutdown.work().fork("take orders", this::takeOrder);
        awaitBlockedReaders(1);

        ShutdownResult result = shutdown.shutdown(TEST);

        assertThat(reader.failure()).isPresent();
        assertThat(result.stragglers())
                .extracting(Straggler::fate)
                .containsExactly(Fate.INTERRUPTED);
        assertThat(closes(result)).contains(new Outcome.Completed());
        assertThat(client.getPool().isClosed()).isTrue();
        awaitBlockedReaders(0);
    }

    @Test
    void doesNotWaitForEverForAReadThatNobodyInterrupts() throws Exception {
        shutdown.register(
                Resource.from("redis", ResourceType.REDIS, client)
                        .withTimeout(Duration.ofSeconds(8)));
        Thread stray = Thread.ofPlatform().daemon(true).name("taker").unstarted(this::takeOrder);
        stray.setUncaughtExceptionHandler((_, _) -> {}); // it is cut when the server ends
        stray.start();
        awaitBlockedReaders(1);

        ShutdownResult result = shutdown.shutdown(TEST);

        assertThat(closes(result))
                .singleElement()
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed ->
                                assertThat(failed.cause())
                                        .hasMessage(
                                                "1 connection(s) had not been given back, and close"
                                                        + " only when they are; inside: taker"));
        assertThat(client.getPool().isClosed()).isTrue();
        assertThat(stray.isAlive()).isTrue();
    }

    @Test
    void waitsForAReadThatGetsItsAnswer() throws Exception {
        shutdown.register("redis", ResourceType.REDIS, client);
        Fork<List<String>> reader = shutdown.work().fork("take orders", this::takeOrder);
        awaitBlockedReaders(1);
        shutdown.hooks().before("an order comes in", () -> send("order-1"));

        ShutdownResult result = shutdown.shutdown(TEST);

        assertThat(reader.get()).containsExactly("orders", "order-1");
        assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThatThrownBy(() -> client.get("anything")).isInstanceOf(RuntimeException.class);
    }

    @Test
    void waitsForAConnectionToComeBackToItsPool() throws Exception {
        ConnectionPool pool =
                new ConnectionPool(
                        new HostAndPort("127.0.0.1", redis.port()),
                        DefaultJedisClientConfig.builder().build());
        shutdown.register("pool", ResourceType.REDIS, pool);
        Connection borrowed = pool.getResource();

        Future<ShutdownResult> result = shutdown.begin(TEST);
        boolean alive = borrowed.ping();
        borrowed.close();

        assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(alive).isTrue();
        assertThat(pool.isClosed()).isTrue();
    }

    private void send(String order) {
        try (RedisClient own = redis.client()) {
            own.rpush("orders", order);
        }
    }

    @Test
    void closesASingleConnectionUnderItsReader() throws Exception {
        Jedis single = new Jedis("127.0.0.1", redis.port(), 0);
        shutdown.register("redis", ResourceType.REDIS, single);
        Thread reader = Thread.ofPlatform().daemon(true).unstarted(() -> single.blpop(0, "orders"));
        reader.setUncaughtExceptionHandler((_, _) -> {}); // the connection is closed under it
        reader.start();
        awaitBlockedReaders(1);

        assertThat(shutdown.shutdown(TEST).status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        reader.join();
    }

    @Test
    void mayHaveBeenClosedBefore() throws Exception {
        client.close();
        shutdown.register("redis", ResourceType.REDIS, client);

        assertThat(shutdown.shutdown(TEST).status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
    }
}
