package io.ebbtide.servlet;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.work.Permit;
import io.ebbtide.work.Refusal;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/**
 * Makes the requests of a servlet application work of a shutdown, in any Jakarta Servlet container.
 *
 * <pre>{@code
 * StructuredShutdown shutdown = StructuredShutdown.open();
 * ShutdownFilter.of(shutdown).withExempt("/ready").addTo(servletContext); // while it starts
 * }</pre>
 *
 * <p><b>Before a shutdown</b> each request is counted until its true end, asynchronous ones until
 * they complete, and nothing else changes. <b>Once a shutdown has begun</b> responses say {@code
 * Connection: close} (HTTP/1.x) and are sent to their last byte before the request counts as ended.
 * <b>Once the service drains</b> requests from outside get a 503 with {@code Retry-After} and never
 * reach the application; those that were admitted go on, through every forward, include, error and
 * async dispatch. <b>At the drain deadline</b> a request that has sent nothing gets the 503,
 * whatever the application answers afterwards; one that has sent a part is cut so that the client
 * can see it.
 *
 * <p><b>Threads.</b> Immutable and thread-safe. A response is only ever touched by the thread that
 * the container gave it to: what two threads write gets mixed, in the worst case into the next
 * answer on that connection. So a straggler gets its 503 when it comes back from the interrupt, and
 * an asynchronous one through a dispatch, which the container either grants or, if the application
 * completes the request in the same moment, does not.
 *
 * <p><b>Limits.</b> A filter sees neither idle connections nor the listening socket: let the
 * container's own stop do the rest, after the shutdown. A straggler that ignores its interrupt
 * keeps its connection until then. A response that was under way when the shutdown began may no
 * longer say {@code Connection: close}; error pages are written by the container after the request
 * has been counted out, and so are files that Tomcat sends by itself ({@code sendfile}).
 */
public final class ShutdownFilter implements Filter {

    /** The filter's name in the {@link ServletContext} it is added to. */
    public static final String NAME = "ebbtide-shutdown";

    private final StructuredShutdown shutdown;
    private final Set<String> exempt;
    private final Farewell farewell;
    private final Reach reach;

    /**
     * Where a request carries its {@link Exchange}; one of its own for each filter, since
     * dispatches may cross contexts.
     */
    private final String attribute =
            ShutdownFilter.class.getName() + "@" + System.identityHashCode(this);

    /**
     * A filter without exempt paths, which tells refused clients to come back after a second.
     *
     * @param shutdown whose {@link StructuredShutdown#requests() requests} the requests become
     */
    public static ShutdownFilter of(StructuredShutdown shutdown) {
        Objects.requireNonNull(shutdown, "shutdown");
        return new ShutdownFilter(
                shutdown, Set.of(), Farewell.of(shutdown, Duration.ofSeconds(1)), Reach.UNKNOWN);
    }

    private ShutdownFilter(
            StructuredShutdown shutdown, Set<String> exempt, Farewell farewell, Reach reach) {
        this.shutdown = shutdown;
        this.exempt = exempt;
        this.farewell = farewell;
        this.reach = reach;
    }

    /**
     * {@return a filter that also lets these paths through uncounted at any time, such as those of
     * probes}
     *
     * @param paths exact paths inside the context, as clients write them; {@code /ready} does not
     *     cover {@code /ready/}
     * @throws IllegalArgumentException if a path does not begin with a slash, or holds one of
     *     {@code * ? ; %}
     */
    public ShutdownFilter withExempt(String... paths) {
        Set<String> all = new HashSet<>(exempt);
        for (String path : paths) {
            if (!path.startsWith("/") || path.chars().anyMatch(c -> "*?;%".indexOf(c) >= 0)) {
                throw new IllegalArgumentException(
                        "exempt path: '"
                                + path
                                + "'; allowed is an exact path that begins with / and has none of *"
                                + " ? ; %");
            }
            all.add(path);
        }
        return new ShutdownFilter(shutdown, Set.copyOf(all), farewell, reach);
    }

    /**
     * {@return a filter that tells refused clients to come back after {@code delay}}
     *
     * @param delay rounded up to whole seconds; not negative
     * @throws IllegalArgumentException if it is negative
     */
    public ShutdownFilter withRetryAfter(Duration delay) {
        return new ShutdownFilter(shutdown, exempt, Farewell.of(shutdown, delay), reach);
    }

    /**
     * Adds this filter to an application that is starting: first of all filters that are added
     * there, for all paths and all dispatches, with support for asynchronous requests.
     *
     * <p>A filter that is registered in another way counts and refuses just as well, provided that
     * it supports async, but leaves asynchronous stragglers to the container's stop: without its
     * place in async dispatches it could not answer them, and dispatching would run the application
     * once more.
     *
     * @throws IllegalStateException if the application has started, or has a filter called {@value
     *     #NAME} already
     */
    public void addTo(ServletContext context) {
        ShutdownFilter added = new ShutdownFilter(shutdown, exempt, farewell, Reach.EVERY_DISPATCH);
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

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request instanceof HttpServletRequest asked
                && response instanceof HttpServletResponse answer) {
            switch (asked.getDispatcherType()) {
                case REQUEST -> begin(asked, answer, chain);
                case ASYNC -> resume(asked, answer, chain);
                case FORWARD, INCLUDE, ERROR ->
                        chain.doFilter(asked, answer); // of a request that was decided on before
            }
        } else {
            chain.doFilter(request, response);
        }
    }

    private void begin(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request.getAttribute(attribute) != null) {
            chain.doFilter(request, response); // mapped twice
            return;
        }
        farewell.announce(request, response);
        if (isExempt(request)) {
            chain.doFilter(request, response);
            return;
        }
        Exchange exchange = new Exchange(farewell, reach);
        request.setAttribute(attribute, exchange);
        switch (shutdown.requests().enter(request.getMethod(), path(request), exchange)) {
            case Permit permit -> exchange.begin(permit, request, response, chain);
            case Refusal _ -> farewell.refuse(response);
        }
    }

    private void resume(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request.getAttribute(attribute) instanceof Exchange exchange) {
            exchange.resume(request, response, chain);
        } else {
            chain.doFilter(request, response);
        }
    }

    /**
     * By the path as the client wrote it: whatever a container makes of other spellings is not
     * exempt.
     */
    private boolean isExempt(HttpServletRequest request) {
        if (exempt.isEmpty()) {
            return false;
        }
        String uri = request.getRequestURI();
        String context = request.getContextPath();
        return uri.startsWith(context) && exempt.contains(uri.substring(context.length()));
    }

    /** Without query and path parameters: reports must not show session ids. */
    private static String path(HttpServletRequest request) {
        String uri = request.getRequestURI();
        int parameters = uri.indexOf(';');
        return parameters < 0 ? uri : uri.substring(0, parameters);
    }
}
