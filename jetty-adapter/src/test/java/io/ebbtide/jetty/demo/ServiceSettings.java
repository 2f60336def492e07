package io.ebbtide.jetty.demo;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What the order service is told on its command line.
 *
 * @param port where it listens; 0 for any free port
 * @param redis the port of its Redis on this machine
 * @param database the file of its database
 * @param waiters who waits for Redis' sockets
 */
record ServiceSettings(int port, int redis, Path database, Ledger.Waiters waiters) {

    private static final String ALLOWED =
            "allowed are --port=<port>, --redis=<port>, --database=<file>,"
                    + " --redis-threads=platform|virtual";

    /** On any free port, with platform threads for Redis. */
    static ServiceSettings of(Path database, int redis) {
        return new ServiceSettings(0, redis, database, Ledger.Waiters.PLATFORM);
    }

    ServiceSettings withPort(int newPort) {
        return new ServiceSettings(newPort, redis, database, waiters);
    }

    ServiceSettings withDatabase(Path newDatabase) {
        return new ServiceSettings(port, redis, newDatabase, waiters);
    }

    ServiceSettings withWaiters(Ledger.Waiters newWaiters) {
        return new ServiceSettings(port, redis, database, newWaiters);
    }

    /** {@return these settings as arguments of the command line} */
    List<String> arguments() {
        return List.of(
                "--port=" + port,
                "--redis=" + redis,
                "--database=" + database,
                "--redis-threads=" + waiters.name().toLowerCase(Locale.ROOT));
    }

    /**
     * Reads the arguments of a command line.
     *
     * @throws IllegalArgumentException if one of them is unknown or cannot be read; it is named
     */
    static ServiceSettings from(String... arguments) {
        ServiceSettings settings = of(Path.of("orders"), 6379);
        for (String argument : arguments) {
            settings = settings.with(argument);
        }
        return settings;
    }

    private ServiceSettings with(String argument) {
        int equals = argument.indexOf('=');
        String name = equals < 0 ? argument : argument.substring(0, equals);
        String value = equals < 0 ? "" : argument.substring(equals + 1);
        try {
            return switch (name) {
                case "--port" -> withPort(Integer.parseInt(value));
                case "--redis" ->
                        new ServiceSettings(port, Integer.parseInt(value), database, waiters);
                case "--database" -> withDatabase(Path.of(value));
                case "--redis-threads" ->
                        withWaiters(Ledger.Waiters.valueOf(value.toUpperCase(Locale.ROOT)));
                default -> throw new IllegalArgumentException();
            };
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + argument + "' is not understood; " + ALLOWED, e);
        }
    }
}
