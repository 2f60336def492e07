package io.ebbtide.jetty;

import io.ebbtide.StructuredShutdown;

import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;

import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * The probes of a server: where they are answered, and by whom. Nowhere, unless asked for; then by the server's own outermost
 * handler, or on a port of their own, by a small server of its own that begins before the application's and ends after
 * everything else.
 *
 * <p>Jetty tells when the application's server starts and fails to start, after it has told {@link Lives}.
 */
final class Probes implements LifeCycle.Listener {

    private final Server server;
    private final Supplier<StructuredShutdown> shutdown;

    /** Set before the start, read by every request. */
    private volatile ProbePaths paths = ProbePaths.NONE;

    /** Null if probes are answered where the application is. Set before the start. */
    private volatile @Nullable ProbeAddress address;

    /** Not null from the beginning of a start until everything is over. */
    private volatile @Nullable ProbeServer own;

    /**
     * No probes yet.
     *
     * @param shutdown gives the shutdown of the server's present life
     */
    Probes(Server server, Supplier<StructuredShutdown> shutdown) {
        this.server = server;
        this.shutdown = shutdown;
    }

    void add(String path, Probe probe) {
        ensureStopped("path '" + path + "'");
        paths = paths.with(path, probe);
    }

    void moveTo(ProbeAddress place) {
        ensureStopped("address " + place);
        address = place;
    }

    private void ensureStopped(String what) {
        if (!server.isStopped()) {
            throw new IllegalStateException(
                    "the probes' " + what + " comes too late: the server has been started");
        }
    }

    /** {@return the port of their own; empty if they have none or it is not open} */
    OptionalInt port() {
        ProbeServer present = own;
        return present == null ? OptionalInt.empty() : OptionalInt.of(present.port());
    }

    /** {@return whether this request was a probe, and has been answered here} */
    boolean answer(Stage stage, Request request, Response response, Callback callback) {
        if (address != null) {
            return false;
        }
        Probe asked = paths.asked(request);
        if (asked == null) {
            return false;
        }
        Probe.Moment moment = // not earlier than responses say close
                stage == Stage.SERVING ? Probe.Moment.SERVING : Probe.Moment.SHUTTING_DOWN;
        asked.answer(moment, shutdown.get(), Probe.Audience.EVERYONE, request, response, callback);
        return true;
    }

    @Override
    public void lifeCycleStarting(LifeCycle event) {
        ProbeAddress place = address;
        if (place != null) {
            own = ProbeServer.start(place, paths, this::moment, shutdown.get());
        }
    }

    @Override
    public void lifeCycleStarted(LifeCycle event) {
        ProbeServer present = own;
        if (present != null) {
            shutdown.get().hooks().after(present.name(), () -> close(present));
        }
    }

    @Override
    public void lifeCycleFailure(LifeCycle event, Throwable cause) {
        ProbeServer present = own;
        if (present != null && !shutdown.get().isShuttingDown()) {
            close(present); // it has not been started: nobody else would
        }
    }

    private Probe.Moment moment() {
        if (shutdown.get().isShuttingDown()) {
            return Probe.Moment.SHUTTING_DOWN;
        }
        return server.isStarted() ? Probe.Moment.SERVING : Probe.Moment.STARTING;
    }

    private void close(ProbeServer ended) {
        own = null;
        ended.stop();
    }
}
