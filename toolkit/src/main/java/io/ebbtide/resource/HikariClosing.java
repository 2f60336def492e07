package io.ebbtide.resource;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;

import io.ebbtide.work.Deadline;

import java.util.Optional;

/**
 * HikariCP's pool, whose own {@code close} aborts borrowed connections at once, and which, when interrupted half way, leaks
 * what is left and takes a second {@code close} for done.
 */
final class HikariClosing {

    /** What is on the stack of a thread that talks to a database through the pool. */
    private static final String PROXIES = "com.zaxxer.hikari.pool.HikariProxy";

    private HikariClosing() {}

    static Optional<TimedAction> of(AutoCloseable instance) {
        return instance instanceof HikariDataSource pool
                ? Optional.of(end -> close(pool, end))
                : Optional.empty();
    }

    private static void close(HikariDataSource pool, Deadline end) throws Exception {
        int leaked = Patience.awaitReturn(() -> borrowed(pool), end);
        String inside = leaked == 0 ? "" : Inside.threadsIn(PROXIES);
        Undisturbed.run(() -> closeOnceStarted(pool));
        if (leaked > 0) {
            throw new IllegalStateException(
                    leaked
                            + " connection(s) of pool '"
                            + pool.getPoolName()
                            + "' had not been given back and were aborted"
                            + inside);
        }
    }

    /**
     * The first who wants a connection starts the pool, under this lock of its own. A pool that is closed meanwhile would not
     * notice: it would start, and stay.
     */
    private static void closeOnceStarted(HikariDataSource pool) {
        synchronized (pool) {
            pool.close();
        }
    }

    private static int borrowed(HikariDataSource pool) {
        HikariPoolMXBean started = pool.getHikariPoolMXBean(); // null until the first connection
        return started == null || pool.isClosed() ? 0 : started.getActiveConnections();
    }
}
