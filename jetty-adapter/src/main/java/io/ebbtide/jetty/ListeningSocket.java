package io.ebbtide.jetty;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The kernel's side of a listener, for the one thing that {@link ServerSocketChannel} cannot do: to
 * take no new clients while those whose handshake has begun still get in. A packet filter on the
 * listening socket drops what would open a connection and lets everything else pass. A client whose
 * packet was dropped sends it again after a second, and is then refused or meets the next instance.
 *
 * <p>This needs Linux and the right to make native calls, {@code
 * --enable-native-access=io.ebbtide.jetty} ({@code ALL-UNNAMED} on the class path). Without them
 * there is none, and nobody is warned.
 *
 * <p>Source: Linux, {@code tcp_v4_rcv} asks the listener's filter about the first packet of a
 * handshake and the last one. Accepted sockets inherit the filter, which does no harm: an open
 * connection has no packet with SYN and without ACK. The figures are in {@code docs/adr/0011}.
 */
final class ListeningSocket {

    private static final Logger LOG = System.getLogger("io.ebbtide.jetty");
    private static final Path OWN_FILES = Path.of("/proc/self/fd");

    /** Size of {@code struct sockaddr_in}. */
    private static final int IPV4_NAME = 16;

    /** Size of {@code struct sockaddr_in6}. */
    private static final int IPV6_NAME = 28;

    /** Load the byte with the flags; SYN without ACK is dropped, all else is kept whole. */
    private static final long[] NO_NEWCOMERS = {
        SocketCalls.instruction(0x30, 0, 0, 13), // ldb [13]
        SocketCalls.instruction(0x54, 0, 0, 0x12), // and #SYN|ACK
        SocketCalls.instruction(0x15, 0, 1, 0x02), // jeq #SYN
        SocketCalls.instruction(0x06, 0, 0, 0), // ret #0
        SocketCalls.instruction(0x06, 0, 0, -1), // ret #all
    };

    private final int descriptor;
    private final InetSocketAddress address;

    private ListeningSocket(int descriptor, InetSocketAddress address) {
        this.descriptor = descriptor;
        this.address = address;
    }

    /**
     * Looks for the socket behind {@code listener} among the process's open files. The first call of
     * a process links the native calls, which takes some 100 ms.
     *
     * @return it, or nothing where that is not possible
     */
    static Optional<ListeningSocket> of(ServerSocketChannel listener) {
        if (!SocketCalls.arePossible()) {
            return Optional.empty();
        }
        try {
            InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
            List<ListeningSocket> found = new ArrayList<>();
            for (int descriptor : sockets()) {
                if (listens(descriptor, address)) {
                    found.add(new ListeningSocket(descriptor, address));
                }
            }
            // Two that share the port cannot be told apart. An inherited one, too, is here twice
            // (System.inheritedChannel): a filter would stay on it when this process has gone.
            if (found.size() != 1) {
                return Optional.empty();
            }
            ListeningSocket socket = found.getFirst();
            socket.prepare();
            return Optional.of(socket);
        } catch (IOException | RuntimeException unavailable) {
            LOG.log(Level.DEBUG, "no packet filter for " + listener, unavailable);
            return Optional.empty();
        }
    }

    /** Asks once now, so that the calls are linked when time counts. */
    private void prepare() {
        try {
            int clients = handshakes().size();
            LOG.log(Level.TRACE, "{0} clients in a handshake with {1}", clients, address);
        } catch (IOException unknown) {
            LOG.log(Level.DEBUG, "the kernel does not tell of handshakes", unknown);
        }
    }

    /**
     * From now on the kernel begins no handshake here; those that have begun go on.
     *
     * @return whether that is so; otherwise nothing has changed
     */
    boolean ignoreNewcomers() {
        // Asked again: it may be closed by now, and its number given to another file.
        return listens(descriptor, address) && SocketCalls.filter(descriptor, NO_NEWCOMERS);
    }

    /**
     * {@return the clients that have begun a handshake here which is not over}
     *
     * @throws IOException if the kernel does not tell
     */
    Set<InetSocketAddress> handshakes() throws IOException {
        boolean four = SocketCalls.name(descriptor).length == IPV4_NAME;
        return Handshakes.at(address.getPort(), four ? IpVersion.FOUR : IpVersion.SIX);
    }

    private static List<Integer> sockets() throws IOException {
        List<Integer> sockets = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(OWN_FILES)) {
            for (Path file : files) {
                try {
                    if (Files.readSymbolicLink(file).toString().startsWith("socket:")) {
                        sockets.add(Integer.valueOf(file.getFileName().toString()));
                    }
                } catch (IOException closed) {
                    LOG.log(Level.TRACE, "closed while it was looked at", closed);
                }
            }
        }
        return sockets;
    }

    private static boolean listens(int descriptor, InetSocketAddress address) {
        if (!SocketCalls.listens(descriptor)) {
            return false;
        }
        byte[] name = SocketCalls.name(descriptor);
        byte[] host = address.getAddress().getAddress();
        return switch (name.length) {
            case IPV4_NAME -> port(name) == address.getPort() && endsWith(name, 8, host);
            case IPV6_NAME -> port(name) == address.getPort() && endsWith(name, 24, host);
            default -> false;
        };
    }

    /** {@return whether what ends before {@code end} is {@code host}, or its IPv6 form} */
    private static boolean endsWith(byte[] name, int end, byte[] host) {
        int length = Math.min(host.length, end - 4);
        byte[] tail = Arrays.copyOfRange(host, host.length - length, host.length);
        return Arrays.equals(name, end - length, end, tail, 0, length);
    }

    private static int port(byte[] name) {
        return Byte.toUnsignedInt(name[2]) << 8 | Byte.toUnsignedInt(name[3]);
    }
}
