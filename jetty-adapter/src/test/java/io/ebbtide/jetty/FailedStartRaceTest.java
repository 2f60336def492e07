package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbtide.resource.ResourceType;

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;

/** A start that finds its port in use, while another thread stops the server: both come to their end. */
@Tag("realtime")
@Timeout(60)
class FailedStartRaceTest {

    private final List<String> closed = new CopyOnWriteArrayList<>();

    @RepeatedTest(5)
    void reportsTheFailureAndClosesOnce() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Server server = new Server();
            ServerConnector connector = new ServerConnector(server);
            connector.setHost("127.0.0.1");
            connector.setPort(taken.getLocalPort());
            server.addConnector(connector);
            GracefulJetty jetty = GracefulJetty.wrap(server);
            jetty.register("db", ResourceType.DATABASE, () -> closed.add("db"));
            CyclicBarrier together = new CyclicBarrier(2);
            FutureTask<Boolean> stop =
                    new FutureTask<>(
                            () -> {
                                together.await();
                                server.stop();
                                return true;
                            });
            Thread.ofPlatform().start(stop);
            together.await();

            assertThatThrownBy(jetty::start).isInstanceOf(BindException.class);

            assertThat(stop.get()).isTrue();
            assertThat(server.isStopped()).isTrue();
            assertThat(closed).containsExactly("db");
        }
    }
}
