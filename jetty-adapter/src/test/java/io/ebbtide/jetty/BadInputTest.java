package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.resource.ResourceType;

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Mistakes get an error that names the thing and the remedy, and leave nothing behind. */
@Timeout(60)
class BadInputTest {

    @Test
    void refusesNull() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GracefulJetty.wrap(null))
                .withMessageContaining("server: null");
    }

    @Test
    void refusesAServerThatHasBeenStarted() throws Exception {
        Server server = new Server(0);
        server.start();
        try {
            assertThatIllegalStateException()
                    .isThrownBy(() -> GracefulJetty.wrap(server))
                    .withMessageContaining("STARTED")
                    .withMessageContaining("before it is started");
        } finally {
            server.stop();
        }
    }

    @Test
    void refusesAServerWithoutConnectors() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GracefulJetty.wrap(new Server()))
                .withMessageContaining("no connector")
                .withMessageContaining("addConnector");
    }

    @Test
    void refusesToWrapTwice() {
        Server server = new Server(0);
        StructuredShutdown shutdown = StructuredShutdown.open();
        GracefulJetty.wrap(server, shutdown);

        assertThatIllegalStateException()
                .isThrownBy(() -> GracefulJetty.wrap(server, shutdown))
                .withMessageContaining("wrapped already");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ready", "/ready?x=1", "/ready#top"})
    void refusesAReadinessPathThatNoRequestCouldHave(String path) {
        GracefulJetty jetty = GracefulJetty.wrap(new Server(0), StructuredShutdown.open());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> jetty.readiness(path))
                .withMessageContaining("'" + path + "'")
                .withMessageContaining("allowed");
    }

    @Test
    void namesTheAddressThatIsInUseAndLeavesNothingBehind() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Server server = new Server();
            ServerConnector free = connector(server, 0, 0);
            connector(server, 1, taken.getLocalPort());
            List<String> closed = new CopyOnWriteArrayList<>();
            GracefulJetty jetty = GracefulJetty.wrap(server);
            jetty.register("db", ResourceType.DATABASE, () -> closed.add("db"));

            assertThatThrownBy(jetty::start)
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("setPort");

            assertThat(server.isStopped()).isTrue();
            assertThat(free.isOpen()).isFalse();
            assertThat(closed).containsExactly("db");
            assertThat(jetty.join().errors()).isEmpty();
        }
    }

    @Test
    void startsOnAnotherAddressAfterwards() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Server server = new Server();
            ServerConnector connector = connector(server, 1, taken.getLocalPort());
            try (GracefulJetty jetty = GracefulJetty.wrap(server).readiness("/ready")) {
                assertThatThrownBy(jetty::start).isInstanceOf(BindException.class);
                connector.setPort(0);

                jetty.start();

                int port = connector.getLocalPort();
                assertThat(RawClient.once(port, "/ready").isServed()).isTrue();
            }
        }
    }

    private static ServerConnector connector(Server server, int acceptors, int port) {
        ServerConnector connector = new ServerConnector(server, acceptors, 1);
        connector.setHost("127.0.0.1");
        connector.setPort(port);
        server.addConnector(connector);
        return connector;
    }
}
