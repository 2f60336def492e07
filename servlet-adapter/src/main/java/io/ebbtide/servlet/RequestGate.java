package io.ebbtide.servlet;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.work.Permit;
import io.ebbtide.work.Refusal;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/** Decides on each request that comes to the filter: counts it and lets it in, or refuses it. Immutable. */
final class RequestGate {

    private final StructuredShutdown shutdown;
    private final String[] exempt;
    private final Farewell farewell;
    private final Reach reach;

    /**
     * Where a request carries its {@link Exchange}; one of its own for each gate, since dispatches may cross contexts.
     */
    private final String attribute =
            ShutdownFilter.class.getName() + "@" + System.identityHashCode(this);

    RequestGate(StructuredShutdown shutdown, Set<String> exempt, Duration retryAfter, Reach reach) {
        this.shutdown = shutdown;
        this.exempt = exempt.toArray(String[]::new);
        this.farewell = Farewell.of(shutdown, retryAfter);
        this.reach = reach;
    }

    void pass(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        switch (request.getDispatcherType()) {
            case REQUEST -> begin(request, response, chain);
            case ASYNC -> resume(request, response, chain);
            case ERROR -> {
                farewell.announce(request, response); // the container may have cleared the headers
                chain.doFilter(request, response);
            }
            case FORWARD, INCLUDE ->
                    chain.doFilter(request, response); // of a request that was decided on before
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
        Exchange exchange = new Exchange(farewell, reach, request, response, chain);
        request.setAttribute(attribute, exchange);
        switch (shutdown.requests().enter(request.getMethod(), path(request), exchange)) {
            case Permit permit -> exchange.begin(permit);
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

    /** By the path as the client wrote it: whatever a container makes of other spellings is not exempt. */
    private boolean isExempt(HttpServletRequest request) {
        if (exempt.length == 0) {
            return false;
        }
        String uri = request.getRequestURI();
        String context = request.getContextPath();
        for (String path : exempt) {
            if (uri.length() == context.length() + path.length()
                    && uri.startsWith(context)
                    && uri.endsWith(path)) {
                return true;
            }
        }
        return false;
    }

    /** Without query and path parameters: reports must not show session ids. */
    private static String path(HttpServletRequest request) {
        String uri = request.getRequestURI();
        int parameters = uri.indexOf(';');
        return parameters < 0 ? uri : uri.substring(0, parameters);
    }
}
