package io.ebbtide.servlet;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * How a web application takes part in a shutdown. What the shutdown itself does is set by {@link
 * io.ebbtide.ShutdownConfig}.
 *
 * <pre>{@code
 * EbbtideServlets.install(context, shutdown, settings -> settings.withEndpoint(Endpoint.READINESS, "/health/ready"));
 * }</pre>
 *
 * @param exempt exact paths inside the context whose requests are let through uncounted at any time; unmodifiable
 * @param retryAfter what refused clients are told to wait, rounded up to whole seconds; not negative
 * @param endpoints where the endpoints are; one that is not there is not installed; unmodifiable
 */
public record ServletSettings(
        Set<String> exempt, Duration retryAfter, Map<Endpoint, String> endpoints) {

    /** What the application tells whoever watches it. */
    public enum Endpoint {
        /** {@link ReadinessServlet}, by default at {@code /ready}. */
        READINESS,
        /** {@link LivenessServlet}, by default at {@code /live}. */
        LIVENESS,
        /** {@link StatusServlet} with the name of the phase, and no more. By default not there. */
        STATUS,
        /** {@link StatusServlet} with counts and times, for those who run the service. By default not there. */
        PROGRESS
    }

    /**
     * Copies and checks.
     *
     * @throws IllegalArgumentException if a path is not exact, two endpoints have the same, or the delay is negative
     */
    public ServletSettings {
        exempt = Set.copyOf(exempt);
        endpoints = Collections.unmodifiableMap(copy(endpoints));
        exempt.forEach(path -> ensureExact("exempt path", path));
        Set<String> taken = new HashSet<>();
        endpoints.forEach(
                (endpoint, path) -> {
                    ensureExact("path of " + endpoint, path);
                    if (!taken.add(path)) {
                        throw new IllegalArgumentException(
                                "path of "
                                        + endpoint
                                        + ": '"
                                        + path
                                        + "' is another endpoint's; allowed is one of its own");
                    }
                });
        if (retryAfter.isNegative()) {
            throw new IllegalArgumentException(
                    "retryAfter: " + retryAfter + " is negative; allowed is zero or more");
        }
    }

    /** {@return one second, no exempt paths, readiness at {@code /ready}, liveness at {@code /live}} */
    public static ServletSettings defaults() {
        return new ServletSettings(
                Set.of(),
                Duration.ofSeconds(1),
                Map.of(Endpoint.READINESS, "/ready", Endpoint.LIVENESS, "/live"));
    }

    /** {@return these settings with more exempt paths} */
    public ServletSettings withExempt(String... paths) {
        Set<String> all = new HashSet<>(exempt);
        all.addAll(List.of(paths));
        return new ServletSettings(all, retryAfter, endpoints);
    }

    /** {@return these settings with another delay} */
    public ServletSettings withRetryAfter(Duration delay) {
        return new ServletSettings(exempt, delay, endpoints);
    }

    /** {@return these settings with an endpoint, or with another path for it} */
    public ServletSettings withEndpoint(Endpoint endpoint, String path) {
        Map<Endpoint, String> all = copy(endpoints);
        all.put(endpoint, path);
        return new ServletSettings(exempt, retryAfter, all);
    }

    /** {@return these settings without an endpoint} */
    public ServletSettings withoutEndpoint(Endpoint endpoint) {
        Map<Endpoint, String> all = copy(endpoints);
        all.remove(endpoint);
        return new ServletSettings(exempt, retryAfter, all);
    }

    private static Map<Endpoint, String> copy(Map<Endpoint, String> endpoints) {
        Map<Endpoint, String> copy = new EnumMap<>(Endpoint.class);
        copy.putAll(endpoints);
        return copy;
    }

    private static void ensureExact(String what, String path) {
        Objects.requireNonNull(path, what);
        if (!path.startsWith("/") || path.chars().anyMatch(c -> "*?;%".indexOf(c) >= 0)) {
            throw new IllegalArgumentException(
                    what
                            + ": '"
                            + path
                            + "'; allowed is an exact path that begins with / and has none of * ? ;"
                            + " %");
        }
    }
}
