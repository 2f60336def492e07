package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What platforms and operators are told, where, and how much. */
@Timeout(60)
class ProbesTest {

    private final Script script = new Script();
    private final StructuredShutdown shutdown = StructuredShutdown.open(Served.PATIENTLY);
    private final Server server = new Server(Pool.VIRTUAL_HANDLERS.create());
    private final ServerConnector connector = new ServerConnector(server, 1, 1);

    private GracefulJetty wrapped() {
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(script);
        return GracefulJetty.wrap(server, shutdown);
    }

    private int port() {
        return connector.getLocalPort();
    }

    @Nested
    class WhereTheApplicationIs {

        @Test
        void areNotAnsweredUnlessAskedFor() throws Exception {
            try (GracefulJetty _ = wrapped().start()) {
                assertThat(RawClient.once(port(), "/ready").status()).isEqualTo(404);
                assertThat(RawClient.once(port(), "/live").status()).isEqualTo(404);
                assertThat(RawClient.once(port(), "/status").status()).isEqualTo(404);
                assertThat(script.seen).containsExactly("/ready", "/live", "/status");
            }
        }

        @Test
        void tellOneWordEach() throws Exception {
            try (GracefulJetty _ =
                    wrapped().readiness("/ready").liveness("/live").status("/status").start()) {
                assertThat(RawClient.once(port(), "/ready").body()).isEqualTo("ready\n");
                assertThat(RawClient.once(port(), "/live").body()).isEqualTo("alive\n");
                Answer status = RawClient.once(port(), "/status");
                assertThat(status.body()).isEqualTo("{\"phase\":\"RUNNING\"}\n");
                assertThat(status.headers()).containsEntry("content-type", "application/json");
                assertThat(status.headers()).containsEntry("cache-control", "no-store");
                assertThat(script.seen).isEmpty();
            }
        }

        @Test
        void goOnBeingAnsweredWhileTheServiceDrains() throws Exception {
            try (GracefulJetty _ =
                            wrapped()
                                    .readiness("/ready")
                                    .liveness("/live")
                                    .status("/status")
                                    .start();
                    RawClient holder = RawClient.connect(port());
                    RawClient ready = RawClient.connect(port());
                    RawClient live = RawClient.connect(port());
                    RawClient status = RawClient.connect(port())) {
                for (RawClient probe : List.of(ready, live, status)) {
                    assertThat(probe.exchange("/fast").isServed()).isTrue();
                }
                holder.get("/wait");
                script.awaitWaiting(1);

                CompletableFuture<ShutdownResult> result =
                        shutdown.begin(new ShutdownReason.Requested("test"));
                while (shutdown.progress().phase() != ShutdownPhase.DRAINING_CONNECTIONS) {
                    Thread.onSpinWait();
                }

                assertThat(ready.exchange("/ready").status()).isEqualTo(503);
                Answer alive = live.exchange("/live");
                assertThat(alive.status()).isEqualTo(200);
                assertThat(alive.saysClose()).isTrue();
                assertThat(status.exchange("/status").body())
                        .isEqualTo("{\"phase\":\"DRAINING_CONNECTIONS\"}\n");
                script.open();
                assertThat(holder.receive().isServed()).isTrue();
                assertThat(result.get().refused()).isZero();
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/live/",
                    "//live",
                    "/live;x=1",
                    "/x/../live",
                    "/%6cive",
                    "/live/../admin",
                    "/LIVE",
                    "/live%20"
                })
        void areOnlyWhatIsCalledExactlySo(String path) throws Exception {
            try (GracefulJetty _ = wrapped().liveness("/live").start()) {
                assertThat(RawClient.once(port(), path).body()).doesNotContain("alive");
            }
        }

        @Test
        void mayBeAskedWithAnyMethodAndAQuery() throws Exception {
            try (GracefulJetty _ = wrapped().liveness("/live").start();
                    RawClient probe = RawClient.connect(port())) {
                assertThat(probe.exchange("/live?from=balancer").status()).isEqualTo(200);
                probe.sendHead("OPTIONS /live HTTP/1.1");
                assertThat(probe.receive().status()).isEqualTo(200);
            }
        }
    }

    @Nested
    class GivenMistakes {

        @Test
        void refuseAPathTwice() {
            GracefulJetty jetty = wrapped().readiness("/health");

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> jetty.liveness("/health"))
                    .withMessage(
                            "liveness path: '/health' is that of readiness already; allowed is a"
                                    + " path for each");
        }

        @ParameterizedTest
        @ValueSource(ints = {-1, 65_536})
        void refuseAPortThatIsNone(int port) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> wrapped().probesOn(port))
                    .withMessageContaining("" + port)
                    .withMessageContaining("0 to 65535");
        }

        @Test
        void refuseABlankHost() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> wrapped().probesOn(" ", 0))
                    .withMessageContaining("host");
        }

        @Test
        void refuseWhatComesAfterTheStart() throws Exception {
            try (GracefulJetty jetty = wrapped().start()) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> jetty.liveness("/live"))
                        .withMessageContaining("'/live'")
                        .withMessageContaining("has been started");
                assertThatIllegalStateException()
                        .isThrownBy(() -> jetty.probesOn(0))
                        .withMessageContaining("has been started");
            }
        }
    }
}
