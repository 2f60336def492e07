package io.ebbtide;

import com.zaxxer.hikari.HikariDataSource;

import redis.clients.jedis.RedisClient;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A plain {@code main} on a real database and a real Redis, for {@link StandaloneSignalTest}. */
final class StandaloneProgram {

    private static final CountDownLatch NEVER = new CountDownLatch(1);

    private StandaloneProgram() {}

    /**
     * Runs until a signal comes.
     *
     * @param arguments what to do, the URL of the database, the port of Redis
     */
    public static void main(String[] arguments) throws Exception {
        try (StandaloneShutdown shutdown =
                StandaloneShutdown.open(
                        c ->
                                c.withGracefulTimeout(Duration.ofSeconds(12))
                                        .withDrainTimeout(Duration.ofSeconds(4))
                                        .withInterruptGrace(Duration.ofSeconds(1)))) {
            HikariDataSource database = RealPostgres.pool(arguments[1], "standalone");
            RedisClient redis = RealRedis.client(Integer.parseInt(arguments[2]));
            shutdown.registerDatabase(database).registerRedis(redis);
            switch (arguments[0]) {
                case "queries" -> {
                    while (!shutdown.isShuttingDown()) {
                        RealPostgres.query(database, "select 1 from pg_sleep(0.7)");
                        System.out.println("query answered");
                    }
                }
                case "blocked read" -> {
                    shutdown.structured()
                            .work()
                            .fork("take orders", () -> redis.blpop(0, "orders"));
                    shutdown.await();
                }
                case "deaf to isShuttingDown" -> {
                    System.out.println("waiting");
                    try {
                        NEVER.await();
                    } catch (InterruptedException e) {
                        System.out.println("interrupted");
                    }
                }
                default -> throw new IllegalArgumentException(arguments[0]);
            }
            System.out.println("block left");
        }
    }
}
