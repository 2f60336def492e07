package io.ebbtide;

import com.zaxxer.hikari.HikariDataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.opentest4j.TestAbortedException;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A PostgreSQL for tests: where it does not run they are skipped, loudly, and in CI they fail. */
record RealPostgres(EmbeddedPostgres server) implements AutoCloseable {

    static RealPostgres start() throws IOException {
        try {
            return new RealPostgres(EmbeddedPostgres.start());
        } catch (IOException | RuntimeException e) {
            if (System.getenv("CI") != null) {
                throw e;
            }
            System.err.println("SKIPPED, because no PostgreSQL runs here: " + e.getMessage());
            throw new TestAbortedException("no PostgreSQL: " + e.getMessage(), e);
        }
    }

    String url() {
        return server.getJdbcUrl("postgres", "postgres");
    }

    /** {@return a pool whose sessions the server knows by {@code name}} */
    HikariDataSource pool(String name) {
        return pool(url(), name);
    }

    static HikariDataSource pool(String url, String name) {
        HikariDataSource pool = new HikariDataSource();
        pool.setPoolName(name);
        pool.setJdbcUrl(url + "&ApplicationName=" + name);
        pool.setMaximumPoolSize(4);
        pool.setMinimumIdle(1);
        return pool;
    }

    /** Runs a query and reads its first number. */
    static int query(HikariDataSource pool, String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** {@return how many sessions of that name do something that looks like {@code query}} */
    int sessions(String name, String query) throws SQLException {
        try (Connection own = server.getPostgresDatabase().getConnection();
                var statement =
                        own.prepareStatement(
                                "select count(*) from pg_stat_activity"
                                        + " where application_name = ? and query like ?")) {
            statement.setString(1, name);
            statement.setString(2, query);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
