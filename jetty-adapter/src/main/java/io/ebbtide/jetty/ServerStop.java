package io.ebbtide.jetty;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.work.RequestScope;

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;

/**
 * The stop of a server, which comes last and happens once, whoever asks for it: the shutdown, which
 * closes the server as its first resource, or somebody who calls {@code server.stop()}, which is made
 * to drain first.
 *
 * <p>Whoever claims the stop carries it out, because Jetty holds a lock of the server from the
 * beginning of {@code stop()} to its end, its listeners' calls included: a second thread could not
 * help. So the shutdown, when its turn to close the server comes, lets the other one go on and waits.
 *
 * <p>Source: Jetty 12.1.14, {@code AbstractLifeCycle.stop}; with a stop timeout of zero {@code
 * Server.doStop} neither shuts connectors down gracefully (which would shorten every connection's
 * idle timeout to a second) nor changes the thread pool's own timeout.
 */
final class ServerStop {

    /** Threads that are still in a handler now have been interrupted already, and had their grace. */
    private static final long STUCK_POOL_MILLIS = 50;

    private final Server server;
    private final StructuredShutdown shutdown;
    private final CountDownLatch turn = new CountDownLatch(1);
    private final CompletableFuture<Boolean> stopped = new CompletableFuture<>();

    /** Who carries it out. Guarded by this. */
    private @Nullable Thread claimant;

    /** Whether somebody outside has called {@code server.stop()} and waits for the result. */
    private boolean fromOutside;

    /** Not null while the thread pool has a timeout that we have set. */
    private volatile @Nullable Long poolTimeout;

    ServerStop(Server server, StructuredShutdown shutdown) {
        this.server = server;
        this.shutdown = shutdown;
    }

    /** It is the shutdown's turn to close the server. Blocks until it is stopped. */
    void close() throws Exception {
        if (claim(Thread.currentThread())) {
            server.stop();
            return;
        }
        turn.countDown();
        try {
            stopped.get();
        } catch (ExecutionException failed) {
            throw new Exception("the server could not be stopped", failed.getCause());
        }
    }

    /**
     * Jetty begins to stop, on the thread that called {@code stop()}. If that is not the shutdown,
     * the shutdown begins now, and this waits until its turn to close the server has come.
     *
     * @throws IllegalStateException if called from a request, which the stop would wait for; the
     *     shutdown has begun
     */
    void stopping() {
        if (isUnclaimed()) {
            ensureOutside();
            if (claim(Thread.currentThread()) && !isClosing()) {
                awaitTurn();
            }
        }
        server.setStopTimeout(0);
        if (server.getThreadPool() instanceof QueuedThreadPool pool
                && shutdown.requests().inFlight() > 0) {
            poolTimeout = pool.getStopTimeout();
            pool.setStopTimeout(STUCK_POOL_MILLIS);
        }
    }

    /** Jetty has stopped. A caller from outside gets to see the end of the whole shutdown. */
    void stopped() {
        restorePool();
        stopped.complete(Boolean.TRUE);
        if (fromOutside) {
            try {
                ShutdownResult _ = shutdown.begin(byCall()).get();
            } catch (InterruptedException goOn) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException never) {
                throw new IllegalStateException(never);
            }
        }
    }

    /** Jetty has failed to stop. */
    void failed(Throwable cause) {
        restorePool();
        stopped.completeExceptionally(cause);
    }

    private synchronized boolean isUnclaimed() {
        return claimant == null;
    }

    private synchronized boolean claim(Thread thread) {
        if (claimant == null) {
            claimant = thread;
        }
        return claimant == thread;
    }

    private synchronized void disclaim() {
        claimant = null;
    }

    /** Whether resources are being closed: then the caller is one of them, and has drained. */
    private boolean isClosing() {
        return shutdown.progress().phase().compareTo(ShutdownPhase.CLOSING_RESOURCES) >= 0;
    }

    private void awaitTurn() {
        fromOutside = true;
        CompletableFuture<Void> _ = shutdown.begin(byCall()).thenRun(turn::countDown);
        try {
            turn.await();
        } catch (InterruptedException interrupted) {
            disclaim();
            Thread.currentThread().interrupt();
            throw new IllegalStateException(
                    "interrupted while the server was draining; the shutdown goes on", interrupted);
        }
    }

    private void ensureOutside() {
        RequestScope caller = RequestScope.current().orElse(null);
        if (caller != null && shutdown.work().encloses(caller)) {
            CompletableFuture<ShutdownResult> _ = shutdown.begin(byCall());
            throw new IllegalStateException(
                    "server.stop() was called from '"
                            + caller.name()
                            + "', for which the stop would have to wait: the shutdown has begun and"
                            + " stops the server once that has ended; call shutdown().begin(...)"
                            + " there instead");
        }
    }

    private static ShutdownReason byCall() {
        return new ShutdownReason.Requested("server.stop()");
    }

    private void restorePool() {
        Long millis = poolTimeout;
        if (millis != null && server.getThreadPool() instanceof QueuedThreadPool pool) {
            pool.setStopTimeout(millis);
        }
    }
}
