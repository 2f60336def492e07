package io.ebbtide.servlet;

import io.ebbtide.StructuredShutdown;

import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Installs a shutdown in a web application: the filter, the probes, and the shutdown itself as an attribute of the context.
 *
 * <pre>{@code
 * StructuredShutdown shutdown = StructuredShutdown.open();
 * EbbtideServlets.install(servletContext, shutdown);              // while the application starts
 * shutdown.register("tomcat", ResourceType.SERVER, tomcat::stop); // the container's own stop, after the drain
 * shutdown.handleSignals();
 * }</pre>
 *
 * <p>The shutdown stays the caller's: the end of the application does not begin it. An application whose container is
 * somebody else's declares {@link ShutdownContextListener} instead, and gets a shutdown of its own.
 */
public final class EbbtideServlets {

    /** The attribute of a {@link ServletContext} that holds the application's {@link StructuredShutdown}. */
    public static final String SHUTDOWN = "io.ebbtide.StructuredShutdown";

    private EbbtideServlets() {}

    /** Installs with {@link ServletSettings#defaults()}. */
    public static void install(ServletContext context, StructuredShutdown shutdown) {
        install(context, shutdown, UnaryOperator.identity());
    }

    /**
     * Installs with the defaults changed by {@code configure}. The endpoints are exempt: they answer at any time.
     *
     * @throws IllegalArgumentException if a setting is not allowed
     * @throws IllegalStateException if the application has started, has a shutdown already, or has a servlet at the path of
     *     an endpoint
     */
    public static void install(
            ServletContext context,
            StructuredShutdown shutdown,
            UnaryOperator<ServletSettings> configure) {
        install(context, shutdown, configure.apply(ServletSettings.defaults()));
    }

    static void install(
            ServletContext context, StructuredShutdown shutdown, ServletSettings settings) {
        if (context.getAttribute(SHUTDOWN) != null) {
            throw new IllegalStateException(
                    "the application '"
                            + context.getContextPath()
                            + "' has a shutdown already; allowed is one of: the parameter "
                            + ShutdownInitializer.ENABLED
                            + ", the listener "
                            + ShutdownContextListener.class.getSimpleName()
                            + ", a call of install");
        }
        Collection<String> paths = settings.endpoints().values();
        ShutdownFilter.of(shutdown, settings)
                .withExempt(paths.toArray(String[]::new))
                .addTo(context);
        settings.endpoints()
                .forEach(
                        (endpoint, path) ->
                                add(context, endpoint, path, servlet(endpoint, shutdown)));
        context.setAttribute(SHUTDOWN, shutdown);
    }

    private static Servlet servlet(ServletSettings.Endpoint endpoint, StructuredShutdown shutdown) {
        return switch (endpoint) {
            case READINESS -> ReadinessServlet.of(shutdown);
            case LIVENESS -> new LivenessServlet();
            case STATUS -> StatusServlet.of(shutdown, StatusServlet.Detail.PHASE);
            case PROGRESS -> StatusServlet.of(shutdown, StatusServlet.Detail.PROGRESS);
        };
    }

    private static void add(
            ServletContext context,
            ServletSettings.Endpoint endpoint,
            String path,
            Servlet servlet) {
        String name = "ebbtide-" + endpoint.name().toLowerCase(Locale.ROOT);
        ServletRegistration.Dynamic registration = context.addServlet(name, servlet);
        Set<String> taken = registration == null ? Set.of(name) : registration.addMapping(path);
        if (!taken.isEmpty()) {
            throw new IllegalStateException(
                    "the application '"
                            + context.getContextPath()
                            + "' has a servlet at "
                            + taken
                            + " already; allowed for "
                            + endpoint
                            + " is another path, or none");
        }
    }

    /**
     * {@return the shutdown that the application has published}
     *
     * @throws IllegalStateException if there is none
     */
    static StructuredShutdown publishedIn(ServletContext context) {
        if (context.getAttribute(SHUTDOWN) instanceof StructuredShutdown shutdown) {
            return shutdown;
        }
        throw new IllegalStateException(
                "the application '"
                        + context.getContextPath()
                        + "' has no shutdown as its attribute "
                        + SHUTDOWN
                        + "; declare the listener "
                        + ShutdownContextListener.class.getName()
                        + ", or set the parameter "
                        + ShutdownInitializer.ENABLED
                        + ", or publish one of your own");
    }
}
