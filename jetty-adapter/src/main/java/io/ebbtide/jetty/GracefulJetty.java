package io.ebbtide.jetty;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.resource.Resource;
import io.ebbtide.resource.ResourceType;

import org.eclipse.jetty.server.Server;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * A Jetty server that stops without losing anyone's request.
 *
 * <pre>{@code
 * Server server = new Server(8080);
 * server.setHandler(new Orders(database));
 *
 * GracefulJetty jetty = GracefulJetty.wrap(server).readiness("/ready");
 * jetty.register("orders-db", ResourceType.DATABASE, database);
 * jetty.start().join();
 * }</pre>
 *
 * <p><b>Order.</b> When a shutdown begins, each response says {@code Connection: close} and readiness
 * 503. After the lame-duck time the accept queues are swept and the listeners closed; requests that
 * have been sent by then are served, later ones on old connections get a 503 that tells them to go
 * elsewhere. Requests in flight are waited for until the last byte has been handed to the kernel, a
 * WebSocket until it is closed, which it is told to be with 1001 once no message is under way. At
 * the drain deadline each that is left is answered 503 if nothing has been sent, interrupted, and cut
 * off visibly. Then the server stops, before any other resource is closed.
 *
 * <p><b>Who may begin it.</b> SIGTERM and SIGINT, with {@link #wrap(Server)}; {@link #close}; {@code
 * server.stop()} and Jetty's own stop at the JVM's shutdown, which drain like everything else and
 * return when the shutdown is over; and whoever has the {@link #shutdown()}.
 *
 * <p><b>Threads.</b> Thread-safe. Works with every thread pool of Jetty. With {@code
 * VirtualThreadPool}, as wherever sockets have been used on virtual threads, the JVM takes some 300
 * ms longer to exit; {@code QueuedThreadPool.setVirtualThreadsExecutor} runs handlers on virtual
 * threads without that.
 *
 * <p><b>The last instant.</b> On Linux, start the JVM with {@code
 * --enable-native-access=io.ebbtide.jetty} ({@code ALL-UNNAMED} on the class path): then, while
 * clients are connecting, the kernel is told to begin no more handshakes before a listener closes.
 * Without it, who connects within the last 20 microseconds is reset.
 *
 * <p><b>HTTP/2.</b> Each session is told twice, with GOAWAY: first that it should open no further
 * stream, then, a round trip later, which streams are served. Those are waited for; later ones are
 * refused such that clients may retry them. At the drain deadline streams are answered or reset.
 *
 * <p><b>Limits.</b> Knows HTTP/1 and HTTP/2, with and without TLS, on {@code ServerConnector}s. Requests on other connectors are
 * counted, waited for and refused like all others; how those stop listening is theirs. A {@code
 * ServerConnector} that overrides {@code configure(Socket)} does not see the sockets that come out of
 * the accept queue at the end.
 */
public final class GracefulJetty implements AutoCloseable {

    private final Server server;
    private final Lives lives;
    private final Probes probes;

    /**
     * Wraps a server that has not been started, with a shutdown of its own, whose settings come from
     * the environment ({@link StructuredShutdown#open()}). Once it is started, SIGTERM and SIGINT
     * shut it down and end the process. It can be started again after a stop; what has been
     * registered is closed by then, and is registered anew before {@link #start}.
     *
     * @throws IllegalArgumentException if the server has no connector, or a setting in the
     *     environment is wrong
     * @throws IllegalStateException if the server has been started or is wrapped already
     */
    public static GracefulJetty wrap(Server server) {
        ensureWrappable(server);
        return new GracefulJetty(
                server, new Lives(server, StructuredShutdown.open(), Owner.SERVER));
    }

    /**
     * Wraps a server that has not been started, as a part of a shutdown that somebody else owns, who
     * also decides whether signals begin it. It can be started once.
     *
     * @throws IllegalArgumentException if the server has no connector
     * @throws IllegalStateException if the server has been started or is wrapped already
     */
    public static GracefulJetty wrap(Server server, StructuredShutdown shutdown) {
        Objects.requireNonNull(shutdown, "shutdown");
        ensureWrappable(server);
        return new GracefulJetty(server, new Lives(server, shutdown, Owner.CALLER));
    }

    private static void ensureWrappable(@Nullable Server server) {
        if (server == null) {
            throw new IllegalArgumentException("server: null; allowed is a server to be wrapped");
        }
        if (!server.isStopped()) {
            throw new IllegalStateException(server + ": wrap a server before it is started");
        }
        if (server.getEventListeners().stream().anyMatch(Lives.class::isInstance)) {
            throw new IllegalStateException(
                    server + ": is wrapped already; use the GracefulJetty that there is");
        }
        if (server.getConnectors().length == 0) {
            throw new IllegalArgumentException(
                    server
                            + ": has no connector; add one before the server is wrapped"
                            + " (server.addConnector, or new Server(port))");
        }
    }

    private GracefulJetty(Server server, Lives lives) {
        this.server = server;
        this.lives = lives;
        lives.install();
        this.probes = new Probes(server, lives::shutdown);
        lives.handler().answer(probes);
        server.addEventListener(lives);
        server.addEventListener(new AsyncThreads(server));
        server.addEventListener(
                probes); // behind the lives: what they refuse to start has no probes
    }

    /**
     * Has {@code path} answered with 200 while the server serves, and with 503 from the beginning of
     * a shutdown on, as long as there are open connections. Such requests do not reach the
     * application and do not count as requests.
     *
     * @param path compared exactly, query left out, any method; begins with a slash
     * @return this
     * @throws IllegalArgumentException if no request could have this path, or it is another probe's
     * @throws IllegalStateException if the server has been started
     */
    public GracefulJetty readiness(String path) {
        probes.add(path, Probe.READINESS);
        return this;
    }

    /** The same for a path that is answered with 200 also while the server shuts down. */
    public GracefulJetty liveness(String path) {
        probes.add(path, Probe.LIVENESS);
        return this;
    }

    /**
     * The same for a path that tells, as JSON, in which phase a shutdown is; {@code RUNNING} if there is
     * none. With {@link #probesOn(int)} it tells how busy the service is, too ({@link
     * io.ebbtide.report.ShutdownProgress#toJson}), and never more than that.
     */
    public GracefulJetty status(String path) {
        probes.add(path, Probe.STATUS);
        return this;
    }

    /**
     * Has all probes answered on a port of their own of all addresses of this machine, and not where the
     * application is: from before the server starts until everything else is over, with threads of
     * their own. Nothing else is answered there, and nobody is asked who they are: keep the
     * port from the world.
     *
     * @param port 0 for any that is free: {@link #probePort}
     * @return this
     * @throws IllegalArgumentException if the port is none
     * @throws IllegalStateException if the server has been started
     */
    public GracefulJetty probesOn(int port) {
        probes.moveTo(new ProbeAddress(null, port));
        return this;
    }

    /** The same at one address of this machine. */
    public GracefulJetty probesOn(String host, int port) {
        probes.moveTo(new ProbeAddress(Objects.requireNonNull(host, "host"), port));
        return this;
    }

    /** {@return the port that only probes are answered on; empty if there is none, or it is not open} */
    public OptionalInt probePort() {
        return probes.port();
    }

    /**
     * Chooses what WebSockets are told when the drain begins. Set before {@link #start}.
     *
     * @param code {@link WebSocketClose#GOING_AWAY} unless set
     * @return this
     */
    public GracefulJetty webSocketClose(WebSocketClose code) {
        Objects.requireNonNull(code, "code");
        lives.handler().behave(manners -> manners.with(code));
        return this;
    }

    /**
     * Chooses what refused requests are told to wait ({@code Retry-After}). Set before {@link #start}.
     *
     * @param delay zero or more, rounded up to whole seconds; one second unless set
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public GracefulJetty retryAfter(Duration delay) {
        Refusals refusals = new Refusals(delay);
        lives.handler().behave(manners -> manners.with(refusals));
        return this;
    }

    /**
     * Takes a resource in charge: it is closed once, after the server has stopped.
     *
     * @param name unique and not blank
     * @return this
     * @throws IllegalArgumentException if the name is blank or taken
     * @throws IllegalStateException if resources are being closed already; this one stays the
     *     caller's
     */
    public GracefulJetty register(String name, ResourceType type, AutoCloseable resource) {
        lives.nextShutdown().register(name, type, resource);
        return this;
    }

    /** The same for a resource with a priority, a timeout or a close action of its own. */
    public GracefulJetty register(Resource resource) {
        lives.nextShutdown().register(resource);
        return this;
    }

    /**
     * Starts the server. If that fails the server is stopped again and, with {@link #wrap(Server)},
     * what has been registered is closed.
     *
     * @return this
     * @throws java.net.BindException if an address is in use or not ours; it names the address
     * @throws Exception what else Jetty throws
     */
    public GracefulJetty start() throws Exception {
        try {
            server.start();
            return this;
        } catch (Exception failure) {
            throw FailedStart.explained(stopAgain(failure));
        } catch (Error failure) {
            throw stopAgain(failure);
        }
    }

    private <X extends Throwable> X stopAgain(X failure) {
        FailedStart.cleanUp(server, failure);
        lives.abandon();
        return failure;
    }

    /**
     * Waits for the end of the shutdown, whoever begins it.
     *
     * @return its result
     * @throws InterruptedException if interrupted while waiting
     * @throws IllegalStateException if called from a request
     */
    public ShutdownResult join() throws InterruptedException {
        return lives.shutdown().await();
    }

    /**
     * Shuts down and waits for the end; like {@link StructuredShutdown#close}.
     *
     * @throws IllegalStateException if called from a request: use {@link StructuredShutdown#begin}
     *     there
     */
    @Override
    public void close() {
        lives.shutdown().close();
    }

    /**
     * {@return the shutdown that the server is part of} After a server with a shutdown of its own has
     * been started again this is another one.
     */
    public StructuredShutdown shutdown() {
        return lives.shutdown();
    }
}
