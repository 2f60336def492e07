package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Connections that are half open, as the kernel lists them. */
@Timeout(60)
class HandshakesTest {

    @BeforeEach
    void needsNativeCalls() {
        assumeTrue(SocketCalls.arePossible(), "SKIPPED: no native calls, or not Linux");
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1", "0.0.0.0, 127.0.0.1", "::1, ::1", "::, 127.0.0.1"})
    void areSeenUntilTheLastPacketIsThere(String own, String client) throws Throwable {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(own, 0));
            DeferredAccept.on(listener);
            int port = listener.socket().getLocalPort();
            try (Socket socket = new Socket(client, port)) {
                assertThat(handshakes(listener))
                        .containsExactly(
                                new InetSocketAddress(
                                        socket.getLocalAddress(), socket.getLocalPort()));

                socket.getOutputStream().write('.');
                listener.accept().close();

                assertThat(handshakes(listener)).isEmpty();
            }
        }
    }

    @Test
    void areThoseOfOnePortOnly() throws Throwable {
        try (ServerSocketChannel listener = listener();
                ServerSocketChannel other = listener()) {
            DeferredAccept.on(other);
            try (Socket _ = RawClient.open(other.socket().getLocalPort())) {
                assertThat(handshakes(listener)).isEmpty();
                assertThat(handshakes(other)).hasSize(1);
            }
        }
    }

    private static Set<InetSocketAddress> handshakes(ServerSocketChannel listener)
            throws IOException {
        return ListeningSocket.of(listener).orElseThrow().handshakes();
    }

    private static ServerSocketChannel listener() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        return ServerSocketChannel.open().bind(new InetSocketAddress(loopback, 0), 1024);
    }

    @Test
    void areAllSeenHoweverManyThereAre() throws Throwable {
        List<Socket> clients = new ArrayList<>();
        try (ServerSocketChannel listener = listener()) {
            DeferredAccept.on(listener);
            for (int i = 0; i < 600; i++) {
                clients.add(RawClient.open(listener.socket().getLocalPort()));
            }

            assertThat(handshakes(listener)).hasSize(600);
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    @Test
    void areNotToldByAKernelThatIsAskedSomethingElse() {
        assertThatThrownBy(() -> Netlink.ask(new byte[] {1, 2, 3}))
                .isInstanceOf(IOException.class)
                .hasMessage("the kernel refuses to answer about sockets");
    }
}
