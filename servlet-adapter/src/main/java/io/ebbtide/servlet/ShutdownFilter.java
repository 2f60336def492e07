package io.ebbtide.servlet;

import io.ebbtide.StructuredShutdown;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;

/**
 * Makes the requests of a servlet application work of a shutdown, in any Jakarta Servlet container.
 *
 * <pre>{@code
 * StructuredShutdown shutdown = StructuredShutdown.open();
 * ShutdownFilter.of(shutdown).withExempt("/ready").addTo(servletContext); // while it starts
 * }</pre>
 *
 * <p>{@link EbbtideServlets#install(ServletContext, StructuredShutdown)} does that, and adds the probes. In {@code web.xml}
 * declare {@link ShutdownContextListener} rather than the filter: it adds the filter where it should be.
 *
 * <p><b>Before a shutdown</b> each request is counted until its true end, asynchronous ones until they complete, and
 * nothing else changes. <b>Once a shutdown has begun</b> responses say {@code Connection: close} (HTTP/1.x) and are sent to
 * their last byte before the request counts as ended. <b>Once the service drains</b> requests from outside get a 503 with
 * {@code Retry-After} and never reach the application; those that were admitted go on, through every forward, include,
 * error and async dispatch. <b>At the drain deadline</b> a request that has sent nothing gets the 503, whatever the
 * application answers afterwards; one that has sent a part is cut so that the client can see it.
 *
 * <p><b>Init parameters</b> have more weight than code: {@code exempt}, paths with commas between them, beside those that
 * code exempts; {@code retry-after}, a duration such as {@code 2s}. A filter that the container makes takes the shutdown
 * that the context publishes as {@link EbbtideServlets#SHUTDOWN}.
 *
 * <p><b>Threads.</b> Thread-safe. A response is only ever touched by the thread that the container gave it to: what two
 * threads write gets mixed, in the worst case into the next answer on that connection. So a straggler gets its 503 when it
 * comes back from the interrupt, and an asynchronous one through a dispatch, which the container either grants or, if the
 * application completes the request in the same moment, does not.
 *
 * <p><b>Limits.</b> A filter sees neither idle connections nor the listening socket: let the container's own stop do the
 * rest, after the shutdown. A straggler that ignores its interrupt keeps its connection until then. A response that was
 * under way when the shutdown began may no longer say {@code Connection: close}; error pages are written by the container
 * after the request has been counted out, and so are files that Tomcat sends by itself ({@code sendfile}).
 */
public final class ShutdownFilter implements Filter {

    /** The filter's name in the {@link ServletContext} it is added to. */
    public static final String NAME = "ebbtide-shutdown";

    /** {@code null}: that of the context. */
    private final @Nullable StructuredShutdown shutdown;

    private final ServletSettings settings;
    private final Reach reach;

    /** Written once before the first request, by the constructor or by {@link #init}. */
    private @Nullable RequestGate gate;

    /** For containers: {@link #init} looks for the shutdown in the context. */
    public ShutdownFilter() {
        this(null, ServletSettings.defaults(), Reach.UNKNOWN);
    }

    /**
     * A filter without exempt paths, which tells refused clients to come back after a second.
     *
     * @param shutdown whose {@link StructuredShutdown#requests() requests} the requests become
     */
    public static ShutdownFilter of(StructuredShutdown shutdown) {
        return of(shutdown, ServletSettings.defaults());
    }

    static ShutdownFilter of(StructuredShutdown shutdown, ServletSettings settings) {
        return new ShutdownFilter(
                Objects.requireNonNull(shutdown, "shutdown"), settings, Reach.UNKNOWN);
    }

    private ShutdownFilter(
            @Nullable StructuredShutdown shutdown, ServletSettings settings, Reach reach) {
        this.shutdown = shutdown;
        this.settings = settings;
        this.reach = reach;
        this.gate = shutdown == null ? null : gate(shutdown, settings);
    }

    private RequestGate gate(StructuredShutdown shutdown, ServletSettings settings) {
        return new RequestGate(shutdown, settings.exempt(), settings.retryAfter(), reach);
    }

    /**
     * {@return a filter that also lets these paths through uncounted at any time, such as those of probes}
     *
     * @param paths exact paths inside the context, as clients write them; {@code /ready} does not cover {@code /ready/}
     * @throws IllegalArgumentException if a path does not begin with a slash, or holds one of {@code * ? ; %}
     */
    public ShutdownFilter withExempt(String... paths) {
        return new ShutdownFilter(shutdown, settings.withExempt(paths), reach);
    }

    /**
     * {@return a filter that tells refused clients to come back after {@code delay}}
     *
     * @param delay rounded up to whole seconds; not negative
     * @throws IllegalArgumentException if it is negative
     */
    public ShutdownFilter withRetryAfter(Duration delay) {
        return new ShutdownFilter(shutdown, settings.withRetryAfter(delay), reach);
    }

    /**
     * Adds this filter to an application that is starting: first of all filters that are added there, for all paths and all
     * dispatches, with support for asynchronous requests.
     *
     * <p>A filter that is registered in another way counts and refuses just as well, but leaves asynchronous stragglers to
     * the container's stop: without its place in async dispatches it could not answer them, and dispatching would run the
     * application once more.
     *
     * @throws IllegalStateException if the application has started, or has a filter called {@value #NAME} already
     */
    public void addTo(ServletContext context) {
        ShutdownFilter added = new ShutdownFilter(shutdown, settings, Reach.EVERY_DISPATCH);
        FilterRegistration.Dynamic registration = context.addFilter(NAME, added);
        if (registration == null) {
            throw new IllegalStateException(
                    "filter: the application '"
                            + context.getContextPath()
                            + "' has a filter called "
                            + NAME
                            + " already; allowed is one");
        }
        registration.setAsyncSupported(true);
        registration.addMappingForUrlPatterns(
                EnumSet.allOf(DispatcherType.class), /* isMatchAfter= */ false, "/*");
    }

    /**
     * Reads the init parameters, and looks at how the filter is declared.
     *
     * @throws ServletException if a parameter is unknown or cannot be read, the application has two filters of this kind or
     *     maps this one so that requests come through it twice, or no shutdown is to be found
     */
    @Override
    public void init(FilterConfig config) throws ServletException {
        ServletContext context = config.getServletContext();
        try {
            FilterDeclaration declaration = FilterDeclaration.of(config);
            declaration.ensureSingle();
            declaration.supportAsync();
            gate =
                    gate(
                            shutdown == null ? EbbtideServlets.publishedIn(context) : shutdown,
                            Parameters.ofFilter(config).over(settings));
        } catch (IllegalArgumentException | IllegalStateException wrong) {
            throw new ServletException(wrong.getMessage(), wrong);
        }
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request instanceof HttpServletRequest asked
                && response instanceof HttpServletResponse answer) {
            opened().pass(asked, answer, chain);
        } else {
            chain.doFilter(request, response);
        }
    }

    private RequestGate opened() {
        RequestGate mine = gate;
        if (mine == null) {
            throw new IllegalStateException("this filter is used before its init");
        }
        return mine;
    }
}
