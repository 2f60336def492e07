package io.ebbtide.jetty;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Clients that have begun a handshake with a listener which is not over yet. {@code accept()} does not
 * know them, but they may take themselves for connected already: the last packet, theirs, is on its way,
 * was lost, or found the accept queue full. A listener that is closed now resets them.
 *
 * <p>Linux tells of them in its list of sockets. Elsewhere nobody is ever seen here.
 *
 * <p>Source: Linux, {@code Documentation/networking/proc_net_tcp.rst}; {@code get_openreq4} of {@code
 * net/ipv4/tcp_ipv4.c} lists a handshake as state 3, {@code TCP_SYN_RECV}.
 */
final class Handshakes {

    private static final Logger LOG = System.getLogger("io.ebbtide.jetty");

    /** Those of this network namespace. The first has no IPv6 listener, the second none else. */
    private static final List<Path> LISTS =
            List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));

    private static final String SYN_RECEIVED = "03";

    private static final int HEXADECIMAL = 16;

    /** Of a word of an address, which is printed as a number in the machine's byte order. */
    private static final int DIGITS_OF_A_WORD = 8;

    private Handshakes() {}

    /** {@return the addresses of the clients that have begun a handshake at {@code port}} */
    static Set<InetSocketAddress> at(int port) {
        Set<InetSocketAddress> clients = new HashSet<>();
        for (Path list : LISTS) {
            if (Files.isReadable(list)) {
                try {
                    for (String line : Files.readAllLines(list)) {
                        addTo(clients, line, port);
                    }
                } catch (IOException | RuntimeException unknown) {
                    LOG.log(Level.DEBUG, "no list of handshakes in " + list, unknown);
                }
            }
        }
        return clients;
    }

    /** A line is: number, local address, remote address, state, and more. */
    private static void addTo(Set<InetSocketAddress> clients, String line, int port)
            throws UnknownHostException {
        String[] fields = line.strip().split(" +", 5);
        if (fields.length == 5 && fields[3].equals(SYN_RECEIVED) && port(fields[1]) == port) {
            clients.add(new InetSocketAddress(host(fields[2]), port(fields[2])));
        }
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.indexOf(':') + 1), HEXADECIMAL);
    }

    private static InetAddress host(String address) throws UnknownHostException {
        int end = address.indexOf(':');
        ByteBuffer bytes = ByteBuffer.allocate(end / 2).order(ByteOrder.nativeOrder());
        for (int at = 0; at < end; at += DIGITS_OF_A_WORD) {
            bytes.putInt(
                    Integer.parseUnsignedInt(
                            address.substring(at, at + DIGITS_OF_A_WORD), HEXADECIMAL));
        }
        return InetAddress.getByAddress(bytes.array());
    }
}
