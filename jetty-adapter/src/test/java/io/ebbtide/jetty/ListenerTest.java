package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.StepReport;

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

/** The socket that a server listens on, while it is closed and afterwards; and those that are not the server's. */
@Timeout(60)
class ListenerTest {

    /** Tells how often Jetty accepts, and of each time that fails. */
    private static final class Watched extends ServerConnector {

        private final AtomicInteger accepts = new AtomicInteger();
        private final List<Throwable> failures = new CopyOnWriteArrayList<>();
        private final ScriptedListener listener;

        private Watched(Server server, int acceptors) throws IOException {
            super(server, acceptors, 1);
            setHost("127.0.0.1");
            ServerSocketChannel real = ServerSocketChannel.open();
            listener = new ScriptedListener(real);
        }

        @Override
        protected ServerSocketChannel openAcceptChannel() throws IOException {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return getAcceptors() == 0 ? listener.real() : listener; // a selector takes no other
        }

        @Override
        public void accept(int acceptor) throws IOException {
            accepts.incrementAndGet();
            super.accept(acceptor);
        }

        @Override
        protected boolean handleAcceptFailure(Throwable failure) {
            failures.add(failure);
            return super.handleAcceptFailure(failure);
        }
    }

    private final Script script = new Script();
    private final Server server = new Server(Pool.VIRTUAL_HANDLERS.create());
    private final StructuredShutdown shutdown = StructuredShutdown.open(Served.PATIENTLY);

    @AfterEach
    void end() {
        script.open();
        shutdown.close();
    }

    private Watched start(int acceptors) throws Exception {
        Watched connector = new Watched(server, acceptors);
        server.addConnector(connector);
        server.setHandler(script);
        GracefulJetty.wrap(server, shutdown).start();
        return connector;
    }

    private ShutdownResult result() throws Exception {
        return shutdown.begin(new ShutdownReason.Requested("test")).get();
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2"})
    void isClosedOnceWhoeverAsks(int acceptors) throws Exception {
        Watched connector = start(acceptors);
        CyclicBarrier together = new CyclicBarrier(4);
        List<FutureTask<Void>> askers = new ArrayList<>();
        askers.add(asking(together, this::result));
        askers.add(asking(together, this::closeShutdown));
        askers.add(asking(together, this::stopServer));
        askers.add(asking(together, this::stopServer));

        for (FutureTask<Void> asker : askers) {
            asker.get();
        }

        assertThat(result().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(connector.failures).isEmpty();
        assertThat(connector.listener.closes()).isEqualTo(acceptors == 0 ? 0 : 1);
        assertThat(connector.isOpen()).isFalse();
    }

    private Void closeShutdown() {
        shutdown.close();
        return null;
    }

    private Void stopServer() throws Exception {
        server.stop();
        return null;
    }

    private static FutureTask<Void> asking(CyclicBarrier together, Callable<?> question) {
        FutureTask<Void> asker =
                new FutureTask<>(
                        () -> {
                            together.await();
                            var _ = question.call();
                            return null;
                        });
        Thread.ofPlatform().daemon(true).start(asker);
        return asker;
    }

    /** Whoever listens there now is another, and may even have the same number among this process's files. */
    @Test
    void isNotTakenForItsSuccessor() throws Exception {
        Watched connector = start(1);
        int port = connector.getLocalPort();
        try (RawClient client = RawClient.connect(port).get("/wait")) {
            script.awaitWaiting(1);
            CompletableFuture<ShutdownResult> _ =
                    shutdown.begin(new ShutdownReason.Requested("test"));
            while (connector.isOpen()) {
                Thread.onSpinWait();
            }
            try (ServerSocket successor = new ServerSocket()) {
                successor.setReuseAddress(true);
                successor.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                connector.close();
                script.open();
                stopServer();

                assertThat(client.receive().isServed()).isTrue();
                assertThat(result().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
                try (RawClient next = RawClient.connect(port)) {
                    assertThat(successor.accept().getPort())
                            .isEqualTo(next.socket().getLocalPort());
                }
            }
        }
    }

    @Test
    void mayHaveBeenClosedBySomebodyElse() throws Exception {
        Watched connector = start(0);
        try (RawClient client = RawClient.connect(connector.getLocalPort()).get("/wait")) {
            script.awaitWaiting(1);
            connector.listener.real().close();
            connector.close();
            script.open();

            assertThat(result().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(client.receive().isServed()).isTrue();
        }
    }

    @Test
    void mayBeClosedBySomebodyElseWhileItIsSwept() throws Exception {
        Watched connector = start(1);
        try (RawClient client = RawClient.connect(connector.getLocalPort()).get("/fast")) {
            assertThat(client.receive().isServed()).isTrue();
            connector.listener.beforeUnblocking(connector.listener::close);

            ShutdownResult result = result();

            assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(connector.listener.closes()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "2"})
    void keepsNoAcceptorBusyOnceItIsClosed(int acceptors) throws Exception {
        Watched connector = start(acceptors);
        try (RawClient client = RawClient.connect(connector.getLocalPort()).get("/wait")) {
            script.awaitWaiting(1);
            CompletableFuture<ShutdownResult> _ =
                    shutdown.begin(new ShutdownReason.Requested("test"));
            while (connector.isOpen()) {
                Thread.onSpinWait();
            }
            int before = connector.accepts.get();
            script.open();

            assertThat(client.receive().isServed()).isTrue();
            assertThat(result().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(connector.accepts.get()).isEqualTo(before);
            assertThat(connector.failures).isEmpty(); // which Jetty would have logged
        }
    }

    /** As with too many open files. */
    @Test
    void isLeftByThoseWhoCouldBeAcceptedWhenTheNextOneCannot() throws Exception {
        Watched connector = start(1);
        int port = connector.getLocalPort();
        connector.listener.failAfter(2);
        connector.setAccepting(false);
        try (RawClient first = RawClient.connect(port).get("/fast");
                RawClient second = RawClient.connect(port).get("/fast");
                RawClient third = RawClient.connect(port).get("/fast")) {
            ShutdownResult result = result();

            assertThat(first.receive().isServed()).isTrue();
            assertThat(second.receive().isServed()).isTrue();
            assertThat(third.receive().isServed()).isFalse();
            assertThat(result.status()).isEqualTo(ShutdownResult.Status.WITH_ERRORS);
            assertThat(result.errors())
                    .extracting(StepReport::name)
                    .containsExactly("http 127.0.0.1:" + port);
            assertThat(connector.failures).isEmpty();
        }
    }

    @Test
    void ofSomebodyElseStaysOpen() throws Exception {
        Watched connector = start(1);
        Server other = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        other.setHandler(new Script());
        other.start();
        try (ServerSocket plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            int port = ((ServerConnector) other.getConnectors()[0]).getLocalPort();

            shutdown.close();

            assertThat(RawClient.isRefused(connector.listener.port())).isTrue();
            assertThat(RawClient.once(port, "/fast").isServed()).isTrue();
            try (RawClient client = RawClient.connect(plain.getLocalPort())) {
                assertThat(plain.accept().getPort()).isEqualTo(client.socket().getLocalPort());
            }
        } finally {
            other.stop();
        }
    }
}
