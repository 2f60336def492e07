package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** The kernel turns clients away on a listener that is still open. */
@Timeout(60)
class ListeningSocketTest {

    /** Less than the second after which a client knocks again. */
    private static final int KNOCK_MILLIS = 300;

    @BeforeEach
    void needsNativeCalls() {
        assumeTrue(SocketCalls.arePossible(), "SKIPPED: no native calls, or not Linux");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.0.0.0", "::1", "::"})
    void turnsNewcomersAway(String host) throws Exception {
        try (ServerSocketChannel listener = listener(host)) {
            ListeningSocket socket = ListeningSocket.of(listener).orElseThrow();
            assertThat(knock(listener)).isEqualTo("connected");

            assertThat(socket.ignoreNewcomers()).isTrue();

            assertThat(knock(listener)).isEqualTo("no answer");
        }
    }

    @Test
    void keepsTheConnectionsThatAreThere() throws Exception {
        try (ServerSocketChannel listener = listener("127.0.0.1");
                SocketChannel accepted = SocketChannel.open(listener.getLocalAddress());
                SocketChannel first = listener.accept();
                SocketChannel queued = SocketChannel.open(listener.getLocalAddress())) {
            ListeningSocket.of(listener).orElseThrow().ignoreNewcomers();

            try (SocketChannel second = listener.accept()) {
                assertThat(echo(accepted, first)).isEqualTo("hello");
                assertThat(echo(queued, second)).isEqualTo("hello");
            }
        }
    }

    @Test
    void freesTheAddressForTheNextInstance() throws Exception {
        InetSocketAddress address;
        try (ServerSocketChannel listener = listener("127.0.0.1")) {
            address = (InetSocketAddress) listener.getLocalAddress();
            ListeningSocket.of(listener).orElseThrow().ignoreNewcomers();
        }

        try (ServerSocketChannel next = ServerSocketChannel.open().bind(address)) {
            assertThat(knock(next)).isEqualTo("connected");
        }
    }

    @Test
    void leavesASocketAloneThatIsClosed() throws Exception {
        ServerSocketChannel listener = listener("127.0.0.1");
        ListeningSocket socket = ListeningSocket.of(listener).orElseThrow();
        listener.close();

        assertThat(socket.ignoreNewcomers()).isFalse();
    }

    @Test
    void isNotThereIfTwoListenersShareTheAddress() throws Exception {
        try (ServerSocketChannel one = ServerSocketChannel.open();
                ServerSocketChannel other = ServerSocketChannel.open()) {
            one.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            other.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            one.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            other.bind(one.getLocalAddress());

            assertThat(ListeningSocket.of(one)).isEqualTo(Optional.empty());
        }
    }

    @Test
    void isNotThereAndWarnsNobodyWithoutTheRight() throws Exception {
        Process java =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                NoNativeAccess.class.getName())
                        .redirectErrorStream(true)
                        .start();

        assertThat(java.inputReader().readAllAsString()).isEqualTo("Optional.empty");
        assertThat(java.waitFor()).isZero();
    }

    private static ServerSocketChannel listener(String host) throws IOException {
        return ServerSocketChannel.open().bind(new InetSocketAddress(host, 0));
    }

    private static String knock(ServerSocketChannel listener) throws IOException {
        InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
        try (Socket socket = new Socket()) {
            socket.connect(address, KNOCK_MILLIS);
            return "connected";
        } catch (SocketTimeoutException dropped) {
            return "no answer";
        } catch (ConnectException refused) {
            return "refused";
        }
    }

    private static String echo(SocketChannel client, SocketChannel server) throws IOException {
        client.write(ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII)));
        ByteBuffer received = ByteBuffer.allocate(5);
        while (received.hasRemaining() && server.read(received) >= 0) {}
        return new String(received.array(), StandardCharsets.US_ASCII);
    }
}
