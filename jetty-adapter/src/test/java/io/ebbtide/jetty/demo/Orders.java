package io.ebbtide.jetty.demo;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The orders, as rows of an H2 database with its own file, and each of them as an entry in the
 * {@link Ledger}. A row is committed only when its entry is there; without the entry it is undone.
 */
final class Orders implements AutoCloseable {

    private final HikariDataSource pool;
    private final Ledger ledger;

    private Orders(HikariDataSource pool, Ledger ledger) {
        this.pool = pool;
        this.ledger = ledger;
    }

    /**
     * Opens the database, and creates it if it is not there yet.
     *
     * @throws StartException if it does not open, for example while another process holds it
     */
    static Orders open(Path database, Ledger ledger) throws StartException {
        try {
            createTable(database);
            return new Orders(new HikariDataSource(poolOn(database)), ledger);
        } catch (SQLException | HikariPool.PoolInitializationException e) {
            throw StartException.ofDatabase(database, e);
        }
    }

    /**
     * Creates the table through a pool of its own and closes that again: what closing needs is
     * loaded now, and not for the first time on the way out, where every millisecond is waited for.
     */
    private static void createTable(Path database) throws SQLException {
        try (HikariDataSource pool = new HikariDataSource(poolOn(database));
                Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    """
                    create table if not exists orders (
                        id bigint generated always as identity primary key,
                        item varchar not null,
                        shipped boolean not null)
                    """);
            connection.commit();
        }
    }

    private static HikariConfig poolOn(Path database) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("orders");
        config.setJdbcUrl(url(database));
        config.setMaximumPoolSize(8);
        config.setAutoCommit(/* isAutoCommit= */ false);
        return config;
    }

    /**
     * {@return the JDBC address of a database file} The pool closes the database, not H2's own exit
     * hook; and when it does, that is no time to compact the file.
     */
    static String url(Path database) {
        return "jdbc:h2:file:"
                + database.toAbsolutePath()
                + ";DB_CLOSE_ON_EXIT=FALSE;MAX_COMPACT_TIME=0";
    }

    /** Takes an order; {@return its number, once it is in the database and in the ledger} */
    long place(String item) throws SQLException {
        return inTransaction(
                connection -> {
                    long order = insert(connection, item);
                    ledger.enter(order, item);
                    return order;
                });
    }

    /**
     * Ships the oldest orders that wait, at most so many; {@return the numbers of those shipped}
     */
    List<Long> ship(int most) throws SQLException {
        return inTransaction(
                connection -> {
                    List<Long> waiting = waiting(connection, most);
                    if (!waiting.isEmpty()) {
                        markShipped(connection, waiting);
                        ledger.ship(waiting);
                    }
                    return waiting;
                });
    }

    private <T> T inTransaction(Work<T> work) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            try {
                T result = work.on(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
    }

    private static long insert(Connection connection, String item) throws SQLException {
        String sql = "insert into orders (item, shipped) values (?, false)";
        try (PreparedStatement insert =
                connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)) {
            insert.setString(1, item);
            insert.executeUpdate();
            try (ResultSet keys = insert.getGeneratedKeys()) {
                keys.next();
                return keys.getLong(1);
            }
        }
    }

    private static List<Long> waiting(Connection connection, int most) throws SQLException {
        String sql = "select id from orders where not shipped order by id fetch first ? rows only";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setInt(1, most);
            try (ResultSet rows = select.executeQuery()) {
                List<Long> orders = new ArrayList<>();
                while (rows.next()) {
                    orders.add(rows.getLong(1));
                }
                return orders;
            }
        }
    }

    private static void markShipped(Connection connection, List<Long> orders) throws SQLException {
        String sql = "update orders set shipped = true where id = ?";
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            for (long order : orders) {
                update.setLong(1, order);
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    /** Closes the connections, and with the last one the database. */
    @Override
    public void close() {
        pool.close();
    }

    /** What is done in one transaction. */
    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }
}
