package io.ebbtide.jetty.demo;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The numbers of the orders in the three places that must agree, and of the shipped ones in the two
 * places that know.
 *
 * @param acknowledged what the clients were told
 * @param rows what is in the database
 * @param entries what is in Redis
 */
record OrderBooks(
        Set<Long> acknowledged,
        Set<Long> rows,
        Set<Long> entries,
        Set<Long> shippedRows,
        Set<Long> shippedEntries) {

    /** Opens the database and Redis, after the service has gone, and reads what it left there. */
    static OrderBooks read(Set<Long> acknowledged, Path database, int redisPort)
            throws StartException, SQLException {
        try (Connection connection = DriverManager.getConnection(Orders.url(database));
                Ledger ledger = Ledger.open(redisPort, Ledger.Waiters.PLATFORM)) {
            return new OrderBooks(
                    acknowledged,
                    rows(connection, "select id from orders"),
                    numbers(ledger.orders()),
                    rows(connection, "select id from orders where shipped"),
                    numbers(ledger.shipped()));
        }
    }

    private static Set<Long> rows(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            Set<Long> numbers = new TreeSet<>();
            while (rows.next()) {
                numbers.add(rows.getLong(1));
            }
            return numbers;
        }
    }

    private static Set<Long> numbers(Set<String> entries) {
        return entries.stream().map(Long::valueOf).collect(Collectors.toSet());
    }
}
