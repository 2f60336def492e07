package io.ebbtide.jetty;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;

/**
 * Clients that have begun a handshake with a listener which is not over yet. {@code accept()} does not
 * know them, but they may take themselves for connected already: the last packet, theirs, is on its way,
 * was lost, or found the accept queue full. A listener that is closed now resets them.
 *
 * <p>The kernel is asked by {@link Netlink}, about one port and one state; that takes a millisecond. Its list in
 * {@code /proc/net/tcp} would be printed with every connection of the machine that has ended a minute
 * ago: 40 ms for 16,000 of them.
 *
 * <p>Source: Linux, {@code include/uapi/linux/inet_diag.h}; {@code inet_diag_dump_icsk} of {@code
 * net/ipv4/inet_diag.c} shows handshakes to those who ask for {@code TCP_SYN_RECV}.
 */
final class Handshakes {

    private static final byte IPPROTO_TCP = 6;
    private static final int SYN_RECEIVED = 1 << 3;

    /** {@code struct inet_diag_req_v2}: family, protocol, two bytes, states; then a socket. */
    private static final int QUESTION = 56;

    /** {@code struct inet_diag_sockid} in an answer, which begins with four bytes: own port, port, own address, address. */
    private static final int REMOTE_PORT = 6;

    private static final int REMOTE_ADDRESS = 24;

    private Handshakes() {}

    /**
     * Looks once.
     *
     * @param version of the listener's own address, whatever its clients have
     * @return the addresses of the clients that have begun a handshake at {@code port}
     * @throws IOException if the kernel does not tell
     */
    static Set<InetSocketAddress> at(int port, IpVersion version) throws IOException {
        ByteBuffer question =
                ByteBuffer.allocate(QUESTION)
                        .order(ByteOrder.nativeOrder())
                        .put(version.family)
                        .put(IPPROTO_TCP)
                        .putShort((short) 0)
                        .putInt(SYN_RECEIVED)
                        .order(ByteOrder.BIG_ENDIAN)
                        .putShort((short) port);
        Set<InetSocketAddress> clients = new HashSet<>();
        for (ByteBuffer answer : Netlink.ask(question.array())) {
            clients.add(remote(answer.order(ByteOrder.BIG_ENDIAN), version));
        }
        return clients;
    }

    private static InetSocketAddress remote(ByteBuffer answer, IpVersion version)
            throws IOException {
        byte[] host = new byte[version.bytes];
        answer.get(REMOTE_ADDRESS, host);
        int port = Short.toUnsignedInt(answer.getShort(REMOTE_PORT));
        return new InetSocketAddress(InetAddress.getByAddress(host), port);
    }
}
