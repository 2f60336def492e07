package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.StepReport;
import io.ebbtide.resource.ResourceType;

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** Probes on a port of their own: nothing that the application does keeps them from being answered. */
@Timeout(60)
class ProbePortTest {

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

    @Test
    void areAnsweredThereAndNotWhereTheApplicationIs() throws Exception {
        try (GracefulJetty jetty =
                wrapped()
                        .readiness("/ready")
                        .liveness("/live")
                        .status("/status")
                        .probesOn("127.0.0.1", 0)
                        .start()) {
            int probes = jetty.probePort().orElseThrow();

            assertThat(RawClient.once(probes, "/ready").body()).isEqualTo("ready\n");
            assertThat(RawClient.once(probes, "/live").body()).isEqualTo("alive\n");
            assertThat(RawClient.once(probes, "/status").body())
                    .startsWith("{\"phase\":\"RUNNING\",\"inFlight\":0,")
                    .contains("\"toClose\":1,");
            assertThat(RawClient.once(port(), "/ready").status()).isEqualTo(404);
            assertThat(RawClient.once(port(), "/live").status()).isEqualTo(404);
        }
    }

    @Test
    void areAnsweredUntilEverythingElseIsOver() throws Exception {
        List<Integer> seen = new CopyOnWriteArrayList<>();
        GracefulJetty jetty =
                wrapped().readiness("/ready").liveness("/live").probesOn("127.0.0.1", 0);
        jetty.start();
        int probes = jetty.probePort().orElseThrow();
        jetty.register(
                "db",
                ResourceType.DATABASE,
                () -> {
                    seen.add(RawClient.once(probes, "/live").status());
                    seen.add(RawClient.once(probes, "/ready").status());
                });
        shutdown.hooks().flush("metrics", () -> seen.add(RawClient.once(probes, "/live").status()));

        jetty.close();

        assertThat(seen).containsExactly(200, 503, 200);
        assertThat(RawClient.isRefused(probes)).isTrue();
        assertThat(jetty.probePort()).isEmpty();
        assertThat(jetty.join().steps())
                .extracting(StepReport::name)
                .endsWith("probes http 127.0.0.1:" + probes);
    }

    @Test
    void tellTheOperatorHowBusyTheServiceIsAndNothingMore() throws Exception {
        GracefulJetty jetty = wrapped().status("/status").probesOn("127.0.0.1", 0);
        jetty.register("secret-db", ResourceType.DATABASE, () -> {});
        try (GracefulJetty _ = jetty.start();
                RawClient holder = RawClient.connect(port())) {
            holder.get("/wait?token=secret");
            script.awaitWaiting(1);

            Answer status = RawClient.once(jetty.probePort().orElseThrow(), "/status");

            assertThat(status.body())
                    .isEqualTo(
                            "{\"phase\":\"RUNNING\",\"inFlight\":1,\"drained\":0,\"refused\":0,"
                                    + "\"closed\":0,\"toClose\":2,\"elapsedMillis\":0,"
                                    + "\"remainingMillis\":30000,\"errors\":0}\n");
            assertThat(status.headers()).doesNotContainKey("server");
            script.open();
            assertThat(holder.receive().isServed()).isTrue();
        }
    }

    @Test
    void sayNothingAboutWhatRunsThere() throws Exception {
        try (GracefulJetty jetty = wrapped().liveness("/live").probesOn("127.0.0.1", 0).start();
                RawClient curious = RawClient.connect(jetty.probePort().orElseThrow())) {
            Answer unknown = curious.exchange("/unknown");
            assertThat(unknown.status()).isEqualTo(404);
            assertThat(unknown.body()).isEmpty();

            curious.send("NONSENSE\r\n\r\n");
            Answer bad = curious.receive();
            assertThat(bad.status()).isEqualTo(400);
            assertThat(bad.body() + bad.headers()).doesNotContainIgnoringCase("jetty");
        }
    }

    @Test
    void areAnsweredWhenEveryThreadOfTheApplicationIsTaken() throws Exception {
        QueuedThreadPool pool = new QueuedThreadPool(6, 6);
        Server crowded = new Server(pool);
        ServerConnector entrance = new ServerConnector(crowded, 1, 1);
        entrance.setHost("127.0.0.1");
        crowded.addConnector(entrance);
        crowded.setHandler(script);
        GracefulJetty jetty =
                GracefulJetty.wrap(crowded, shutdown).liveness("/live").probesOn("127.0.0.1", 0);
        List<RawClient> crowd = new ArrayList<>();
        try (GracefulJetty _ = jetty.start()) {
            for (int i = 0; i < 10; i++) {
                crowd.add(RawClient.connect(entrance.getLocalPort()).get("/wait"));
            }
            while (pool.getIdleThreads() > 0) {
                Thread.onSpinWait();
            }

            assertThat(RawClient.once(jetty.probePort().orElseThrow(), "/live").status())
                    .isEqualTo(200);
            script.open();
            for (RawClient one : crowd) {
                assertThat(one.receive().isServed()).isTrue();
                one.close();
            }
        }
    }

    @Test
    void areAnsweredBeforeTheServerHasStarted() throws Exception {
        CountDownLatch starting = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        GracefulJetty jetty =
                wrapped().readiness("/ready").liveness("/live").probesOn("127.0.0.1", 0);
        server.addBean(new SlowStart(starting, goOn));
        Thread starter = Thread.ofPlatform().start(() -> startQuietly(jetty));
        starting.await();
        int probes = jetty.probePort().orElseThrow();

        Answer early = RawClient.once(probes, "/ready");

        assertThat(early.status()).isEqualTo(503);
        assertThat(early.body()).isEqualTo("starting\n");
        assertThat(RawClient.once(probes, "/live").status()).isEqualTo(200);
        goOn.countDown();
        starter.join();
        assertThat(RawClient.once(probes, "/ready").status()).isEqualTo(200);
        jetty.close();
    }

    @Test
    void areClosedIfTheServerDoesNotStart() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            GracefulJetty jetty = wrapped().liveness("/live").probesOn("127.0.0.1", 0);
            connector.setPort(taken.getLocalPort());

            assertThatThrownBy(jetty::start).hasMessageContaining("cannot listen on");

            assertThat(jetty.probePort()).isEmpty();
        }
    }

    @Test
    void nameTheAddressThatIsInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            GracefulJetty jetty =
                    wrapped().liveness("/live").probesOn("127.0.0.1", taken.getLocalPort());

            assertThatIllegalStateException()
                    .isThrownBy(jetty::start)
                    .withMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .withMessageContaining("probesOn");

            assertThat(server.isStopped()).isTrue();
        }
    }

    /** A part of the server that takes its time. */
    private static final class SlowStart extends AbstractLifeCycle {

        private final CountDownLatch starting;
        private final CountDownLatch goOn;

        private SlowStart(CountDownLatch starting, CountDownLatch goOn) {
            this.starting = starting;
            this.goOn = goOn;
        }

        @Override
        protected void doStart() throws Exception {
            starting.countDown();
            goOn.await();
        }
    }

    private static void startQuietly(GracefulJetty jetty) {
        try {
            jetty.start();
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }
}
