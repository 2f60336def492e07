package io.ebbtide.resource;

import io.ebbtide.work.Deadline;

import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.util.Pool;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Pools of Jedis 8, and its clients that have some. Closed as they are, they let go of what is borrowed: it closes when it
 * comes back, and a thread that waits for Redis without a timeout waits on.
 */
final class JedisClosing {

    /** What is on the stack of a thread that talks to Redis. */
    private static final String CONNECTION = "redis.clients.jedis.Connection";

    private JedisClosing() {}

    static Optional<TimedAction> of(AutoCloseable instance) {
        return switch (instance) {
            case Pool<?> pool -> closing(pool, () -> List.of(pool));
            case RedisClient client -> closing(client, () -> List.of(client.getPool()));
            case RedisClusterClient client ->
                    closing(client, () -> client.getClusterNodes().values());
            case RedisSentinelClient client ->
                    closing(client, () -> client.getPrimaryNodesConnectionMap().values());
            default -> Optional.empty();
        };
    }

    /** Which pools there are may change until the close. */
    private static Optional<TimedAction> closing(
            AutoCloseable instance, Supplier<Collection<? extends Pool<?>>> pools) {
        return Optional.of(end -> close(instance, pools, end));
    }

    private static void close(
            AutoCloseable instance, Supplier<Collection<? extends Pool<?>>> pools, Deadline end)
            throws Exception {
        int leaked = Patience.awaitReturn(() -> borrowed(pools.get()), end);
        String inside = leaked == 0 ? "" : Inside.threadsIn(CONNECTION);
        Undisturbed.run(instance::close);
        if (leaked > 0) {
            throw new IllegalStateException(
                    leaked
                            + " connection(s) had not been given back, and close only when they are"
                            + inside);
        }
    }

    private static int borrowed(Collection<? extends Pool<?>> pools) {
        return pools.stream().mapToInt(pool -> pool.isClosed() ? 0 : pool.getNumActive()).sum();
    }
}
