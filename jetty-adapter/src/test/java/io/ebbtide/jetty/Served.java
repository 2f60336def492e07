package io.ebbtide.jetty;

import io.ebbtide.ShutdownConfig;
import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownProgress;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.work.Scope;
import io.ebbtide.work.TimeSource;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A wrapped server on a free port, with a shutdown that the test may follow from phase to phase. */
final class Served implements AutoCloseable, ShutdownListener {

    /** No lame-duck time: the drain begins at once. */
    static final UnaryOperator<ShutdownConfig> AT_ONCE =
            config -> config.withLameDuck(Duration.ZERO).withDrainTimeout(Duration.ofSeconds(20));

    /** The same, and connections are given much time: for tests that use them while draining. */
    static final UnaryOperator<ShutdownConfig> PATIENTLY =
            config -> AT_ONCE.apply(config).withLameDuckQuiet(Duration.ofSeconds(10));

    /** The same, and the drain deadline comes soon. */
    static final UnaryOperator<ShutdownConfig> BRIEFLY =
            config -> AT_ONCE.apply(config).withDrainTimeout(Duration.ofMillis(300));

    final Server server;
    final ServerConnector connector;
    final StructuredShutdown shutdown;
    final GracefulJetty jetty;

    private final Map<ShutdownPhase, CountDownLatch> phases = new EnumMap<>(ShutdownPhase.class);
    private final Wire wire;
    private int port;

    private Served(Wire wire, Pool pool, int acceptors, Handler handler, ShutdownConfig config) {
        for (ShutdownPhase phase : ShutdownPhase.values()) {
            phases.put(phase, new CountDownLatch(1));
        }
        server = new Server(pool.create());
        connector = wire.connector(server, acceptors);
        server.addConnector(connector);
        server.setHandler(handler);
        shutdown = StructuredShutdown.open(config, TimeSource.system()).listen(this);
        this.wire = wire;
        jetty = GracefulJetty.wrap(server, shutdown).readiness("/ready");
    }

    static Served by(Pool pool, Handler handler) throws Exception {
        return by(pool, handler, AT_ONCE);
    }

    static Served by(Pool pool, Handler handler, UnaryOperator<ShutdownConfig> settings)
            throws Exception {
        return by(pool, 1, handler, settings);
    }

    static Served by(
            Pool pool, int acceptors, Handler handler, UnaryOperator<ShutdownConfig> settings)
            throws Exception {
        return by(Wire.HTTP, pool, acceptors, handler, settings);
    }

    static Served by(Setup setup, Handler handler, UnaryOperator<ShutdownConfig> settings)
            throws Exception {
        return by(setup.wire(), setup.pool(), 1, handler, settings);
    }

    static Served by(
            Wire wire,
            Pool pool,
            int acceptors,
            Handler handler,
            UnaryOperator<ShutdownConfig> settings)
            throws Exception {
        ShutdownConfig config = settings.apply(ShutdownConfig.defaults());
        Served served = new Served(wire, pool, acceptors, handler, config);
        served.jetty.start();
        served.port = served.connector.getLocalPort();
        return served;
    }

    int port() {
        return port;
    }

    Wire wire() {
        return wire;
    }

    RawClient client() throws IOException {
        return RawClient.connect(port);
    }

    /** A client that speaks what the server does. */
    Client connect() throws IOException {
        return wire.connect(port);
    }

    CompletableFuture<ShutdownResult> begin() {
        return shutdown.begin(new ShutdownReason.Requested("test"));
    }

    /** Begins a shutdown and returns when its listener is closed and work is being waited for. */
    CompletableFuture<ShutdownResult> drain() throws InterruptedException {
        CompletableFuture<ShutdownResult> result = begin();
        awaitPhase(ShutdownPhase.DRAINING_CONNECTIONS);
        while (shutdown.requests().state() == Scope.State.OPEN) {
            Thread.onSpinWait(); // the phase is told of a few instructions before
        }
        return result;
    }

    void awaitPhase(ShutdownPhase phase) throws InterruptedException {
        if (!phases.get(phase).await(20, TimeUnit.SECONDS)) {
            throw new AssertionError("no " + phase + " within 20 s; " + shutdown.progress());
        }
    }

    @Override
    public void phaseBegan(ShutdownProgress progress) {
        phases.get(progress.phase()).countDown();
    }

    /** Ends what a test may have left behind. */
    @Override
    public void close() {
        shutdown.close();
    }
}
