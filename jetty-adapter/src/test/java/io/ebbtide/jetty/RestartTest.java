package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.resource.ResourceType;

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that has stopped may be started again, with a shutdown of its own for each life. */
@Timeout(60)
class RestartTest {

    private final Script script = new Script();
    private final Server server = new Server(Pool.VIRTUAL_HANDLERS.create());
    private final ServerConnector connector = new ServerConnector(server, 1, 1);

    private GracefulJetty wrapped() {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(script);
        return GracefulJetty.wrap(server);
    }

    @Test
    void servesAgainWithEverythingThatWasAskedFor() throws Exception {
        List<String> closed = new CopyOnWriteArrayList<>();
        List<StructuredShutdown> shutdowns = new ArrayList<>();
        GracefulJetty jetty =
                wrapped().readiness("/ready").liveness("/live").probesOn("127.0.0.1", 0);
        for (String life : List.of("first", "second", "third")) {
            jetty.register("db", ResourceType.DATABASE, () -> closed.add(life));
            jetty.start();
            shutdowns.add(jetty.shutdown());
            int probes = jetty.probePort().orElseThrow();

            assertThat(RawClient.once(connector.getLocalPort(), "/fast").isServed()).isTrue();
            assertThat(RawClient.once(probes, "/ready").status()).isEqualTo(200);
            server.stop();

            assertThat(RawClient.isRefused(probes)).isTrue();
            assertThat(jetty.join().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
        assertThat(closed).containsExactly("first", "second", "third");
        assertThat(shutdowns).doesNotHaveDuplicates();
    }

    @Test
    void servesAgainAfterAnUploadThatNeverEndedWasCut() throws Exception {
        System.setProperty("ebbtide.drain-timeout", "300ms");
        try {
            GracefulJetty jetty = wrapped();
            jetty.start();
            try (RawClient client = RawClient.connect(connector.getLocalPort())) {
                client.sendHead("POST /upload HTTP/1.1", "Content-Length: 1000").send("some of it");
                script.awaitWaiting(1);

                server.stop();

                assertThat(client.receive().isUnavailable()).isTrue();
                assertThat(client.isClosedByServer()).isTrue();
                assertThat(jetty.join().status()).isEqualTo(ShutdownResult.Status.FORCED);
            }
            jetty.start();

            assertThat(RawClient.once(connector.getLocalPort(), "/fast").isServed()).isTrue();
            jetty.close();
        } finally {
            System.clearProperty("ebbtide.drain-timeout");
        }
    }

    @Test
    void hasTheLastResultUntilItIsStartedAgain() throws Exception {
        GracefulJetty jetty = wrapped();
        jetty.start();
        StructuredShutdown first = jetty.shutdown();
        jetty.close();

        assertThat(jetty.shutdown()).isSameAs(first);
        assertThat(jetty.join().took()).isLessThan(Duration.ofSeconds(20));
        jetty.start();

        assertThat(jetty.shutdown()).isNotSameAs(first);
        assertThat(jetty.shutdown().isShuttingDown()).isFalse();
        jetty.close();
    }
}
