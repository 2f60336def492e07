package io.ebbtide.resource;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import io.ebbtide.report.Fate;
import io.ebbtide.report.Outcome;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** A pool whose database answers no more, while its connections are out. */
@Tag("realtime")
@Timeout(60)
class BlackHoleTest {

    private final CountDownLatch aborting = new CountDownLatch(1);
    private final CountDownLatch answers = new CountDownLatch(1);
    private final AtomicBoolean disturbed = new AtomicBoolean();

    /** A driver whose connections hang as soon as one wants to get rid of them. */
    private final class Driver implements java.sql.Driver {
        @Override
        public Connection connect(String url, Properties info) {
            return (Connection)
                    Proxy.newProxyInstance(
                            Connection.class.getClassLoader(),
                            new Class<?>[] {Connection.class},
                            (proxy, method, arguments) ->
                                    switch (method.getName()) {
                                        case "abort", "close" -> hang();
                                        case "isValid", "getAutoCommit" -> true;
                                        case "getNetworkTimeout", "getTransactionIsolation" -> 0;
                                        case "hashCode" -> System.identityHashCode(proxy);
                                        case "equals" ->
                                                proxy.hashCode() == arguments[0].hashCode();
                                        case "toString" -> "black hole";
                                        default -> nothing(method.getReturnType());
                                    });
        }

        @Override
        public boolean acceptsURL(String url) {
            return url.equals("jdbc:black-hole");
        }

        @Override
        public java.sql.DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
            return new java.sql.DriverPropertyInfo[0];
        }

        @Override
        public int getMajorVersion() {
            return 1;
        }

        @Override
        public int getMinorVersion() {
            return 0;
        }

        @Override
        public boolean jdbcCompliant() {
            return false;
        }

        @Override
        public java.util.logging.Logger getParentLogger() {
            return java.util.logging.Logger.getGlobal();
        }
    }

    private static Object nothing(Class<?> type) {
        return type == boolean.class ? Boolean.FALSE : null;
    }

    private Object hang() {
        aborting.countDown();
        try {
            answers.await();
        } catch (InterruptedException e) {
            disturbed.set(true);
        }
        return null;
    }

    @Test
    void isGivenUpInTimeAndItsCloseIsNotDisturbed() throws Exception {
        Driver driver = new Driver();
        DriverManager.registerDriver(driver);
        try {
            HikariConfig config = new HikariConfig();
            config.setJdbcUrl("jdbc:black-hole");
            config.setMaximumPoolSize(2);
            HikariDataSource pool = new HikariDataSource(config);
            try (Connection borrowed = pool.getConnection()) {
                Outcome outcome =
                        Closed.one(
                                Duration.ofMillis(400),
                                Resource.from("db", ResourceType.DATABASE, pool));

                assertThat(outcome)
                        .isInstanceOfSatisfying(
                                Outcome.TimedOut.class,
                                late -> assertThat(late.fate()).isEqualTo(Fate.INTERRUPTED));
                aborting.await();
                answers.countDown();
                closingThread().join();
                assertThat(disturbed).isFalse();
                assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isZero();
                assertThat(borrowed).isNotNull();
            }
        } finally {
            DriverManager.deregisterDriver(driver);
        }
    }

    private static Thread closingThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("shutdown-close-pool"))
                .findFirst()
                .orElseGet(Thread::new); // it is through
    }
}
