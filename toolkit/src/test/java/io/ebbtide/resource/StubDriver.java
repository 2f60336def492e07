package io.ebbtide.resource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;

/** A database that is not there: its connections say yes to everything, and are counted. */
final class StubDriver implements Driver, AutoCloseable {

    private final String url;
    private final Runnable connecting;
    private final Runnable ending;
    private final AtomicInteger open = new AtomicInteger();

    /**
     * Registers it.
     *
     * @param connecting runs before there is a connection
     * @param ending runs whenever one is closed or aborted
     */
    StubDriver(String url, Runnable connecting, Runnable ending) throws SQLException {
        this.url = url;
        this.connecting = connecting;
        this.ending = ending;
        DriverManager.registerDriver(this);
    }

    /** {@return a pool that has no connection yet} */
    HikariDataSource pool(String name, int size) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setMaximumPoolSize(size);
        config.setConnectionTimeout(5_000);
        HikariDataSource pool = new HikariDataSource();
        config.copyStateTo(pool);
        pool.setJdbcUrl(url);
        return pool;
    }

    /** {@return how many connections have been opened and not closed} */
    int open() {
        return open.get();
    }

    @Override
    public Connection connect(String to, Properties info) {
        connecting.run();
        open.incrementAndGet();
        return (Connection)
                Proxy.newProxyInstance(
                        Connection.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        new Yes());
    }

    @Override
    public boolean acceptsURL(String other) {
        return url.equals(other);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String to, Properties info) {
        return new DriverPropertyInfo[0];
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
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public void close() throws SQLException {
        DriverManager.deregisterDriver(this);
    }

    /** One connection. */
    private final class Yes implements InvocationHandler {

        private final AtomicBoolean ended = new AtomicBoolean();

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) {
            return switch (method.getName()) {
                case "abort", "close" -> end();
                case "isValid", "getAutoCommit" -> true;
                case "isClosed" -> ended.get();
                case "getNetworkTimeout", "getTransactionIsolation" -> 0;
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> proxy.hashCode() == arguments[0].hashCode();
                case "toString" -> "a connection to " + url;
                default -> method.getReturnType() == boolean.class ? Boolean.FALSE : null;
            };
        }

        private Object end() {
            ending.run();
            if (ended.compareAndSet(false, true)) {
                open.decrementAndGet();
            }
            return null;
        }
    }
}
