package io.ebbtide.jetty;

import org.eclipse.jetty.util.IO;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * Keeps newcomers out of a listener while it is swept and closed, so that nobody can enter between
 * the last {@code accept()} and {@code close()}, where the kernel would reset him.
 *
 * <p>It is a second listener on the same address to which the kernel prefers to bring newcomers, and
 * which lets nobody in: its queue, as short as can be, is full of connections of our own. A newcomer
 * knocks in vain until both are closed, and is refused, as he should be: he has not sent anything.
 *
 * <p>This is Linux's doing: IPv4 newcomers go to an IPv4 socket rather than to a dual-stack one, which
 * is what the JDK opens unless told to prefer the IPv4 stack. Elsewhere there is no doorstop, and
 * nothing worse than that gap of some ten microseconds. Source: {@code compute_score} in the kernel's
 * {@code inet_hashtables.c}; measured on Linux 6.18 and two cores with eight clients that connect all
 * the time: 77 of 1600 closes lost somebody without it, 4 with it.
 */
final class Doorstop implements AutoCloseable {

    private static final Logger LOG = System.getLogger("io.ebbtide.jetty");

    /** The smallest number that the JDK takes for one; Linux lets in one more. */
    private static final int BACKLOG = 1;

    private static final int PLACES = BACKLOG + 1;

    /** Each time somebody may be quicker than we are; he is let in, and we try again. */
    private static final int TRIES = 50;

    private final WakeCalls fillers = new WakeCalls();
    private @Nullable ServerSocketChannel stop;

    /**
     * From now on newcomers do not come to {@code listener} any more, if that can be had.
     *
     * @param waiting gets those who came in between
     */
    void put(ServerSocketChannel listener, List<SocketChannel> waiting) {
        if (!System.getProperty("os.name").startsWith("Linux")) {
            return;
        }
        try {
            InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
            InetAddress host = address.getAddress();
            if (host instanceof Inet4Address || host.isAnyLocalAddress()) {
                put(listener, address, waiting);
            }
        } catch (IOException impossible) {
            LOG.log(
                    Level.DEBUG,
                    "no doorstop before the listener; it is closed without",
                    impossible);
        }
    }

    private void put(
            ServerSocketChannel listener, InetSocketAddress address, List<SocketChannel> waiting)
            throws IOException {
        InetAddress any = InetAddress.getByAddress(new byte[] {0, 0, 0, 0});
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        boolean everywhere = address.getAddress().isAnyLocalAddress();
        listener.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        ServerSocketChannel second = ServerSocketChannel.open(StandardProtocolFamily.INET);
        stop = second;
        second.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        second.configureBlocking(false);
        InetAddress own = everywhere ? any : address.getAddress();
        second.bind(new InetSocketAddress(own, address.getPort()), BACKLOG);
        InetAddress target = everywhere ? loopback : address.getAddress();
        for (int i = 0; i < TRIES && !isFull(second, target, address.getPort(), waiting); i++) {
            fillers.hangUp();
        }
    }

    /** Tries to take all places. {@return whether that succeeded; if not, all are free again} */
    private boolean isFull(
            ServerSocketChannel second, InetAddress target, int port, List<SocketChannel> waiting)
            throws IOException {
        fillers.to(target, port, PLACES);
        if (fillers.allConnected()) {
            return true;
        }
        for (SocketChannel in = second.accept(); in != null; in = second.accept()) {
            if (fillers.isFrom(in.getRemoteAddress())) {
                in.close();
            } else {
                waiting.add(in);
            }
        }
        return false;
    }

    @Override
    public void close() {
        IO.close(stop);
        fillers.hangUp();
    }
}
