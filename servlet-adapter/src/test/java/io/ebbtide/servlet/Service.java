package io.ebbtide.servlet;

import io.ebbtide.ShutdownConfig;
import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.work.FakeTime;
import io.ebbtide.work.Fork;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A running application with the filter in front, a shutdown on time that stands still, and its
 * clients.
 */
final class Service {

    /** Without lame-duck time: the first wait of a shutdown is for its work. */
    static final ShutdownConfig CONFIG = ShutdownConfig.defaults().withLameDuck(Duration.ZERO);

    final FakeTime time = new FakeTime();
    final StructuredShutdown shutdown;
    final Routes routes;

    private final Container container;
    private final int port;
    private final List<Client> clients = new ArrayList<>();
    private CompletableFuture<ShutdownResult> result = new CompletableFuture<>();
    private boolean isStopped;

    /** How the filter gets into an application. */
    @FunctionalInterface
    interface Registration {
        void add(ShutdownFilter filter, jakarta.servlet.ServletContext context);
    }

    Service(
            Container.Factory containers,
            ShutdownConfig config,
            Routes routes,
            Registration registration)
            throws Exception {
        this.shutdown = StructuredShutdown.open(config, time).listen(new ShutdownListener() {});
        this.routes = routes;
        ShutdownFilter filter =
                ShutdownFilter.of(shutdown)
                        .withExempt("/ready")
                        .withRetryAfter(Duration.ofMillis(1500));
        this.container =
                containers.start(
                        List.of(
                                Container.Application.at(
                                        "",
                                        context -> {
                                            registration.add(filter, context);
                                            routes.addTo(context);
                                        })));
        this.port = container.port();
    }

    int port() {
        return port;
    }

    Client connect() throws IOException {
        Client client = Client.connect(port);
        clients.add(client);
        return client;
    }

    /**
     * Begins to shut down and returns once the shutdown waits: for the quiet of its lame-duck time,
     * or for its work.
     */
    void beginShutdown() throws InterruptedException {
        result = shutdown.begin(new ShutdownReason.Requested("test"));
        time.awaitWaiters(1);
    }

    /** Shuts down with nothing in flight. */
    ShutdownResult shutDown() throws Exception {
        result = shutdown.begin(new ShutdownReason.Requested("test"));
        return result();
    }

    void passDrainDeadline() {
        time.advance(shutdown.config().drainTimeout());
    }

    /** Goes past the grace after the interrupts, which must have happened. */
    void passGrace() throws InterruptedException {
        time.awaitWaiters(1);
        time.advance(shutdown.config().interruptGrace());
    }

    /**
     * Adds work to the service that ends when it is interrupted. {@return opens when that has
     * happened}
     */
    Gate witnessInterrupt() {
        Gate interrupted = new Gate();
        Fork<?> _ =
                shutdown.work()
                        .fork(
                                "witness",
                                () -> {
                                    try {
                                        new CountDownLatch(1).await();
                                    } finally {
                                        interrupted.open();
                                    }
                                    return null;
                                });
        return interrupted;
    }

    /** Waits for the end of the shutdown. */
    ShutdownResult result() throws Exception {
        return result.get(20, TimeUnit.SECONDS);
    }

    /** Stops the container on another thread. {@return opens when it has stopped} */
    Gate beginStop() {
        Gate stopped = new Gate();
        isStopped = true;
        Thread.ofPlatform()
                .start(
                        () -> {
                            try {
                                container.stop();
                            } catch (Exception failed) {
                                throw new AssertionError(failed);
                            }
                            stopped.open();
                        });
        return stopped;
    }

    void stop() throws Exception {
        for (Client client : clients) {
            client.close();
        }
        if (!isStopped) {
            container.stop();
        }
    }
}
