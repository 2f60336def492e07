package io.ebbtide.resource;

import io.ebbtide.work.Deadline;

import redis.clients.jedis.RedisClient;
import redis.clients.jedis.util.Pool;

import java.util.Optional;

/**
 * Pools of Jedis 8, and its client that has one. Closed as they are, they let go of what is borrowed: it closes when it
 * comes back, and a thread that waits for Redis without a timeout waits on.
 */
final class JedisClosing {

    /** What is on the stack of a thread that talks to Redis. */
    private static final String CONNECTION = "redis.clients.jedis.Connection";

    private JedisClosing() {}

    static Optional<TimedAction> of(AutoCloseable instance) {
        return switch (instance) {
            case Pool<?> pool -> Optional.of(end -> close(pool, pool, end));
            case RedisClient client -> Optional.of(end -> close(client, client.getPool(), end));
            default -> Optional.empty();
        };
    }

    private static void close(AutoCloseable instance, Pool<?> pool, Deadline end) throws Exception {
        int leaked = Patience.awaitReturn(() -> borrowed(pool), end);
        String inside = leaked == 0 ? "" : Inside.threadsIn(CONNECTION);
        Undisturbed.run(instance::close);
        if (leaked > 0) {
            throw new IllegalStateException(
                    leaked
                            + " connection(s) had not been given back, and close only when they are"
                            + inside);
        }
    }

    private static int borrowed(Pool<?> pool) {
        return pool.isClosed() ? 0 : pool.getNumActive();
    }
}
