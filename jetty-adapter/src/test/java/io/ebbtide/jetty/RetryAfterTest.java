package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ebbtide.ShutdownConfig;
import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.work.Scope;
import io.ebbtide.work.TimeSource;

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Who is refused is told when to come back, in the user's words. */
@Timeout(60)
class RetryAfterTest {

    private final Script script = new Script();
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);

    RetryAfterTest() {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(script);
    }

    @Test
    void isToldToLateRequestsAndToStragglers() throws Exception {
        ShutdownConfig config =
                Served.PATIENTLY
                        .apply(ShutdownConfig.defaults())
                        .withDrainTimeout(Duration.ofSeconds(2));
        try (StructuredShutdown shutdown = StructuredShutdown.open(config, TimeSource.system())) {
            GracefulJetty.wrap(server, shutdown).retryAfter(Duration.ofMillis(2001)).start();
            try (RawClient straggler = RawClient.connect(connector.getLocalPort());
                    RawClient late = RawClient.connect(connector.getLocalPort())) {
                assertThat(late.exchange("/fast").isServed()).isTrue();
                straggler.get("/wait");
                script.awaitWaiting(1);
                CompletableFuture<ShutdownResult> _ =
                        shutdown.begin(new ShutdownReason.Requested("test"));
                while (shutdown.requests().state() == Scope.State.OPEN) {
                    Thread.onSpinWait();
                }

                assertThat(late.exchange("/fast").headers()).containsEntry("retry-after", "3");
                assertThat(straggler.receive().headers()).containsEntry("retry-after", "3");
            }
        }
    }

    @Test
    void isNotNegative() {
        try (StructuredShutdown shutdown =
                StructuredShutdown.open(ShutdownConfig.defaults(), TimeSource.system())) {
            GracefulJetty jetty = GracefulJetty.wrap(server, shutdown);

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> jetty.retryAfter(Duration.ofMillis(-1)))
                    .withMessage("retryAfter: PT-0.001S; allowed is zero or more");
        }
    }
}
