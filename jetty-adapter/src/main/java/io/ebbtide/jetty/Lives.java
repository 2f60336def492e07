package io.ebbtide.jetty;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.resource.Resource;
import io.ebbtide.resource.ResourceType;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.jspecify.annotations.Nullable;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * The lives of a server, one after the other. Jetty tells when one begins and ends, so that it does
 * not matter who starts and stops the server, and how.
 *
 * <p>Jetty calls from inside {@code start()} and {@code stop()}, on the caller's thread, holding a
 * lock of the server.
 */
final class Lives implements LifeCycle.Listener {

    private static final Logger LOG = System.getLogger("io.ebbtide.jetty");

    private final Server server;
    private final Owner owner;
    private final DrainingHandler handler = new DrainingHandler();

    /** Guarded by this. */
    private StructuredShutdown shutdown;

    /** Not null from the beginning of a start to the end of the stop. Written by Jetty's calls. */
    private volatile @Nullable Life life;

    /** Not null while the server is started: before and after, a stop is none of ours. */
    private volatile @Nullable ServerStop stop;

    Lives(Server server, StructuredShutdown shutdown, Owner owner) {
        this.server = server;
        this.shutdown = shutdown;
        this.owner = owner;
    }

    /** Puts the handler around what the server has got by now, unless it is there already. */
    void install() {
        Handler present = server.getHandler();
        boolean inside =
                present == handler
                        || (present instanceof Handler.Container container
                                && container.getDescendants().contains(handler));
        if (!inside) {
            handler.setHandler(present);
            server.setHandler(handler);
        }
    }

    DrainingHandler handler() {
        return handler;
    }

    /** {@return the shutdown of the present life, or of the last one} */
    synchronized StructuredShutdown shutdown() {
        return shutdown;
    }

    /** {@return the shutdown of the present life, or of the next one} */
    synchronized StructuredShutdown nextShutdown() {
        if (owner == Owner.SERVER && shutdown.progress().phase().isFinal()) {
            shutdown = StructuredShutdown.open();
        }
        return shutdown;
    }

    /** A start has failed: lets go of everything. */
    void abandon() {
        endLife();
        switch (owner) {
            case SERVER -> shutdown().close();
            case CALLER -> {}
        }
    }

    @Override
    public void lifeCycleStarting(LifeCycle event) {
        StructuredShutdown next = nextShutdown();
        if (next.isShuttingDown()) {
            throw new IllegalStateException(
                    "server "
                            + server
                            + " cannot start: its shutdown has begun; open another one and wrap"
                            + " another server with it");
        }
        Life beginning = Life.of(server, next);
        life = beginning;
        handler.serve(beginning);
        install(); // for a handler that was set after wrapping
    }

    @Override
    public void lifeCycleStarted(LifeCycle event) {
        Life begun = life;
        if (begun == null) {
            return;
        }
        ServerStop last = new ServerStop(server, begun.shutdown());
        begun.shutdown().register(Resource.of(begun.name(), ResourceType.SERVER, last::close));
        begun.begin();
        stop = last;
        hintAtSlowExit();
        Rehearsal.start(server);
        switch (owner) {
            case SERVER -> begun.shutdown().handleSignals();
            case CALLER -> {}
        }
    }

    @Override
    public void lifeCycleStopping(LifeCycle event) {
        ServerStop last = stop;
        if (last != null) {
            last.stopping();
        }
    }

    @Override
    public void lifeCycleStopped(LifeCycle event) {
        ServerStop last = stop;
        endLife();
        if (last != null) {
            last.stopped();
        }
    }

    @Override
    public void lifeCycleFailure(LifeCycle event, Throwable cause) {
        ServerStop last = stop;
        if (last != null) {
            last.failed(cause);
        }
    }

    /** Source: measured, 335 to 347 ms instead of 30; JDK 25, {@code sun.nio.ch.Poller}. */
    private void hintAtSlowExit() {
        if (server.getThreadPool() instanceof VirtualThreadPool) {
            LOG.log(
                    Level.INFO,
                    "VirtualThreadPool uses sockets on virtual threads, which makes the JVM take"
                        + " some 300 ms longer to exit; QueuedThreadPool.setVirtualThreadsExecutor"
                        + " avoids that");
        }
    }

    private void endLife() {
        stop = null;
        Life ended = life;
        if (ended != null) {
            life = null;
            ended.end();
        }
    }
}
