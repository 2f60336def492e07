package io.ebbtide.jetty;

import org.jspecify.annotations.Nullable;

/**
 * Where probes are answered apart from the application.
 *
 * @param host a name or an address of this machine; null for all of them
 * @param port 0 for any that is free
 */
record ProbeAddress(@Nullable String host, int port) {

    private static final int LAST_PORT = 65_535;

    ProbeAddress {
        if (host != null && host.isBlank()) {
            throw new IllegalArgumentException(
                    "host of the probes: blank; allowed is a name or an address of this machine,"
                            + " such as 127.0.0.1");
        }
        if (port < 0 || port > LAST_PORT) {
            throw new IllegalArgumentException(
                    "port of the probes: " + port + "; allowed is 0 to " + LAST_PORT);
        }
    }

    @Override
    public String toString() {
        return (host == null ? "*" : host) + ":" + port;
    }
}
