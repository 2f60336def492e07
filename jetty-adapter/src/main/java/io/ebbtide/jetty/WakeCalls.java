package io.ebbtide.jetty;

import org.eclipse.jetty.util.IO;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Connections from this process to its own listener, each of which brings one acceptor out of a
 * blocking {@code accept()}.
 *
 * <p>Their own addresses are known before they connect, so that their server sides can be told from
 * clients. They stay open until {@link #hangUp}: closing one earlier would give Jetty work to do at
 * the very moment when time counts.
 *
 * <p>Connecting does not block. If the accept queue is full the connection is not made, and none is
 * needed: {@code accept()} returns anyway.
 */
final class WakeCalls {

    private final List<SocketChannel> calls = new ArrayList<>();
    private final Set<SocketAddress> callers = ConcurrentHashMap.newKeySet();

    /**
     * Calls the listener {@code count} times. Returns at once.
     *
     * @throws IOException if a call cannot even be begun
     */
    void to(ServerSocketChannel listener, int count) throws IOException {
        InetSocketAddress own = (InetSocketAddress) listener.getLocalAddress();
        InetAddress host = own.getAddress();
        InetAddress target = host.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : host;
        for (int i = 0; i < count; i++) {
            SocketChannel call = SocketChannel.open();
            calls.add(call);
            call.configureBlocking(false);
            call.bind(new InetSocketAddress(target, 0));
            callers.add(call.getLocalAddress());
            call.connect(new InetSocketAddress(target, own.getPort()));
        }
    }

    /** {@return whether the connection from {@code remote} is one of these calls} */
    boolean isFrom(@Nullable SocketAddress remote) {
        return remote != null && callers.contains(remote);
    }

    /** {@return whether none has got through, not even into the accept queue} */
    boolean noneConnected() throws IOException {
        for (SocketChannel call : calls) {
            if (call.isConnected() || call.finishConnect()) {
                return false;
            }
        }
        return true;
    }

    /** Closes all. The addresses are remembered: their server sides may still be about. */
    void hangUp() {
        for (SocketChannel call : calls) {
            IO.close(call);
        }
        calls.clear();
    }
}
