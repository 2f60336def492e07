package io.ebbtide.servlet;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.work.RequestScope;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Gives a web application a shutdown of its own, and drains and closes it when the application is stopped or undeployed.
 *
 * <pre>{@code
 * <listener><listener-class>io.ebbtide.servlet.ShutdownContextListener</listener-class></listener>
 * }</pre>
 *
 * <p>The application finds it as the attribute {@link EbbtideServlets#SHUTDOWN} and registers its resources there. The
 * filter and the probes are installed as {@link EbbtideServlets#install(ServletContext, StructuredShutdown)} does.
 *
 * <p><b>Context parameters.</b> {@code ebbtide.exempt}, {@code ebbtide.retry-after}, {@code ebbtide.readiness-path}, {@code
 * ebbtide.liveness-path}, {@code ebbtide.status-path} and {@code ebbtide.progress-path}, where {@code off} means that there
 * is none; and all options of a shutdown, such as {@code ebbtide.drain-timeout}. Variables and system properties have more
 * weight, but they are those of all applications of the JVM. A parameter that begins with {@code ebbtide.} and is unknown
 * keeps the application from starting.
 *
 * <p><b>The end.</b> A container says that it is over when it routes no more requests here and has destroyed the servlets,
 * so there is no lame-duck time unless {@code ebbtide.lame-duck} sets one. What still runs has the drain time to end, then
 * is interrupted; then the resources close. All of that takes at most {@code ebbtide.graceful-timeout}: give it less than
 * the container's own patience. Signals stay the container's.
 *
 * <p>Every application has its own, whether or not applications share our classes.
 */
public final class ShutdownContextListener implements ServletContextListener {

    /** Written by the thread that starts the application; {@code null} before. */
    private volatile @Nullable StructuredShutdown own;

    /** For containers. */
    public ShutdownContextListener() {}

    /** {@return one whose application has its shutdown already, and which has only to end it} */
    static ShutdownContextListener opened(ServletContext context) {
        ShutdownContextListener listener = new ShutdownContextListener();
        listener.own = open(context);
        return listener;
    }

    private static StructuredShutdown open(ServletContext context) {
        Parameters parameters = Parameters.ofContext(context);
        ServletSettings settings = parameters.over(ServletSettings.defaults());
        StructuredShutdown shutdown =
                StructuredShutdown.open(
                        config ->
                                config.withLameDuck(Duration.ZERO)
                                        .withOptions(parameters.ofShutdown()));
        EbbtideServlets.install(context, shutdown, settings);
        return shutdown;
    }

    /**
     * Opens the shutdown and installs it.
     *
     * @throws IllegalArgumentException if a parameter is unknown or cannot be read
     * @throws IllegalStateException if the application has a shutdown already
     */
    @Override
    public void contextInitialized(ServletContextEvent event) {
        if (own == null) {
            own = open(event.getServletContext());
        }
    }

    /** Drains, closes, and returns when that is over; if a request of this application is the caller, at once. */
    @Override
    public void contextDestroyed(ServletContextEvent event) {
        StructuredShutdown shutdown = own;
        if (shutdown == null) {
            return; // it has not been opened: the application did not start
        }
        String path = event.getServletContext().getContextPath();
        CompletableFuture<ShutdownResult> _ =
                shutdown.begin(
                        new ShutdownReason.Requested("the end of application '" + path + "'"));
        if (!isCalledFromWorkOf(shutdown)) {
            shutdown.close();
            OwnThreads.awaitEnd();
        }
    }

    private static boolean isCalledFromWorkOf(StructuredShutdown shutdown) {
        return RequestScope.current().filter(shutdown.work()::encloses).isPresent();
    }
}
