package io.ebbtide.jetty.demo;

import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisException;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The orders in Redis: a hash of all of them, and a set of those shipped.
 *
 * <p>Commands run on threads of the ledger's own, whoever calls. They are platform threads unless
 * asked otherwise: once a virtual thread has waited for a socket, the JDK's poller stays in native
 * code for good, and the JVM takes some 300 ms longer to exit.
 */
final class Ledger implements AutoCloseable {

    /** Who waits for Redis' sockets. */
    enum Waiters {
        PLATFORM {
            @Override
            ExecutorService open() {
                return Executors.newFixedThreadPool(
                        4, Thread.ofPlatform().name("redis-", 1).factory());
            }
        },
        VIRTUAL {
            @Override
            ExecutorService open() {
                return Executors.newVirtualThreadPerTaskExecutor();
            }
        };

        abstract ExecutorService open();
    }

    private static final String ORDERS = "orders";
    private static final String SHIPPED = "shipped";

    private final RedisClient redis;
    private final ExecutorService threads;

    private Ledger(RedisClient redis, ExecutorService threads) {
        this.redis = redis;
        this.threads = threads;
    }

    /**
     * Connects to the Redis on a port of this machine.
     *
     * @throws StartException if none answers there; nothing is left open
     */
    static Ledger open(int port, Waiters waiters) throws StartException {
        RedisClient redis = RedisClient.builder().hostAndPort("127.0.0.1", port).build();
        Ledger ledger = new Ledger(redis, waiters.open());
        try {
            ledger.ask(redis::ping);
            return ledger;
        } catch (JedisException e) {
            ledger.close();
            throw StartException.ofRedis(port, e);
        }
    }

    /** Enters a new order. */
    void enter(long order, String item) {
        ask(() -> redis.hset(ORDERS, Long.toString(order), item));
    }

    /** Marks orders as shipped. */
    void ship(List<Long> orders) {
        String[] members = orders.stream().map(String::valueOf).toArray(String[]::new);
        ask(() -> redis.sadd(SHIPPED, members));
    }

    Set<String> orders() {
        return ask(() -> redis.hkeys(ORDERS));
    }

    Set<String> shipped() {
        return ask(() -> redis.smembers(SHIPPED));
    }

    private <T> T ask(Callable<T> command) {
        Future<T> answer = threads.submit(command);
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new JedisException("Redis did not answer: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            answer.cancel(/* mayInterruptIfRunning= */ true);
            Thread.currentThread().interrupt();
            throw new JedisException("interrupted while waiting for Redis", e);
        }
    }

    /** Waits for the commands that run, then closes the connections. */
    @Override
    public void close() {
        threads.close();
        redis.close();
    }
}
