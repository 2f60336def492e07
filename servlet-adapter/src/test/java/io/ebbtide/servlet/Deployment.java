package io.ebbtide.servlet;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownProgress;
import io.ebbtide.report.ShutdownReason;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A web application that is switched on, and the shutdown that it has got. Time is real. */
final class Deployment {

    final Routes routes;
    Container.Application application;

    private final CompletableFuture<StructuredShutdown> shutdown = new CompletableFuture<>();
    private final Gate draining = new Gate();

    /** As a container does that has found our jar. */
    static Deployment switchedOn(String path, Routes routes) {
        return new Deployment(path, routes, Way.FOUND);
    }

    /** As a container does that knows nothing of us, of an application that declares the listener. */
    static Deployment declaringTheListener(String path, Routes routes) {
        return new Deployment(path, routes, Way.DECLARED);
    }

    /** How our code gets to know of the application. */
    private enum Way {
        FOUND,
        DECLARED
    }

    private Deployment(String path, Routes routes, Way way) {
        this.routes = routes;
        this.application =
                switch (way) {
                    case FOUND ->
                            Container.Application.at(path, this::find)
                                    .with(Map.of(ShutdownInitializer.ENABLED, "true"));
                    case DECLARED ->
                            Container.Application.at(path, this::start)
                                    .declaring(ShutdownContextListener.class);
                };
    }

    /** Sets more context parameters. */
    Deployment with(Map<String, String> parameters) {
        application = application.with(parameters);
        return this;
    }

    private void find(ServletContext context) throws ServletException {
        new ShutdownInitializer().onStartup(Set.of(), context);
        start(context);
    }

    private void start(ServletContext context) {
        routes.onStart(this::started).addTo(context);
    }

    /** Looks for the shutdown where applications do, when their servlets start. */
    private void started(ServletContext context) {
        StructuredShutdown published =
                (StructuredShutdown) context.getAttribute(EbbtideServlets.SHUTDOWN);
        published.listen(
                new ShutdownListener() {
                    @Override
                    public void phaseBegan(ShutdownProgress progress) {
                        if (progress.phase() == ShutdownPhase.DRAINING_CONNECTIONS) {
                            draining.open();
                        }
                    }
                });
        shutdown.complete(published);
    }

    StructuredShutdown shutdown()
            throws InterruptedException, ExecutionException, TimeoutException {
        return shutdown.get(20, TimeUnit.SECONDS);
    }

    /** Begins to shut down and returns once work is waited for. */
    void beginShutdown() throws Exception {
        CompletableFuture<?> _ = shutdown().begin(new ShutdownReason.Requested("test"));
        draining.await();
    }
}
