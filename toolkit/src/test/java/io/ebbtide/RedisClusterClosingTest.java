package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.Outcome;
import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.resource.Resource;
import io.ebbtide.resource.ResourceType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClusterClient;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Jedis' client of a cluster, which has a pool for each node, on a real one with one node. */
@Tag("realtime")
@Timeout(90)
class RedisClusterClosingTest {

    private static final ShutdownReason TEST = new ShutdownReason.Requested("test");
    private static final int SLOTS = 16_384;

    private final StructuredShutdown shutdown =
            StructuredShutdown.open(c -> c.withLameDuck(Duration.ZERO))
                    .listen(new ShutdownListener() {});

    private RealRedis redis;
    private RedisClusterClient client;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        redis = RealRedis.start(folder, "--cluster-enabled", "yes");
        try (Jedis node = new Jedis("127.0.0.1", redis.port())) {
            node.clusterAddSlots(IntStream.range(0, SLOTS).toArray());
            while (!node.clusterInfo().contains("cluster_state:ok")) {
                Thread.onSpinWait();
            }
        }
        client = RedisClusterClient.create(new HostAndPort("127.0.0.1", redis.port()));
    }

    @AfterEach
    void stop() {
        if (redis != null) {
            redis.close();
        }
    }

    private ShutdownResult shutDownWhile(Connection borrowed) throws Exception {
        Future<ShutdownResult> result = shutdown.begin(TEST);
        assertThat(borrowed.ping()).isTrue();
        borrowed.close();
        return result.get();
    }

    @Test
    void isWaitedForUntilEachNodesConnectionsHaveComeBack() throws Exception {
        shutdown.register("redis", ResourceType.REDIS, client);

        assertThat(shutDownWhile(client.getConnectionFromSlot(1)).errors()).isEmpty();
    }

    @Test
    void saysWhatHasNotComeBack() throws Exception {
        shutdown.register(
                Resource.from("redis", ResourceType.REDIS, client)
                        .withTimeout(Duration.ofSeconds(2)));
        try (Connection _ = client.getConnectionFromSlot(1)) {
            assertThat(shutdown.shutdown(TEST).errors())
                    .singleElement()
                    .satisfies(
                            step ->
                                    assertThat(((Outcome.Failed) step.outcome()).cause())
                                            .hasMessageStartingWith(
                                                    "1 connection(s) had not been given back"));
        }
    }

    @Test
    void mayHaveBeenClosedBefore() throws Exception {
        client.close();
        shutdown.register("redis", ResourceType.REDIS, client);

        assertThat(shutdown.shutdown(TEST).errors()).isEmpty();
    }
}
