package io.ebbtide.servlet;

import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletContext;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Enumeration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Init parameters as somebody has written them into a deployment descriptor.
 *
 * @param owner who has them, for messages
 * @param prefix what stands before each name where they stand, for messages
 * @param values by name, without the prefix
 */
record Parameters(String owner, String prefix, Map<String, String> values) {

    /** What all our context parameters begin with. */
    static final String PREFIX = "ebbtide.";

    private static final String EXEMPT = "exempt";
    private static final String RETRY_AFTER = "retry-after";
    private static final String DETAIL = "detail";

    /** {@return those of a context that are ours} */
    static Parameters ofContext(ServletContext context) {
        Map<String, String> ours = new TreeMap<>();
        read(context.getInitParameterNames(), context::getInitParameter)
                .forEach(
                        (name, value) -> {
                            if (name.startsWith(PREFIX)) {
                                ours.put(name.substring(PREFIX.length()), value);
                            }
                        });
        ours.remove(ShutdownInitializer.ENABLED.substring(PREFIX.length()));
        return new Parameters("application '" + context.getContextPath() + "'", PREFIX, ours);
    }

    /** @throws IllegalArgumentException if one is unknown */
    static Parameters ofFilter(FilterConfig config) {
        return new Parameters(
                        "filter '" + config.getFilterName() + "'",
                        "",
                        read(config.getInitParameterNames(), config::getInitParameter))
                .ensureKnown(Set.of(EXEMPT, RETRY_AFTER));
    }

    /** @throws IllegalArgumentException if one is unknown */
    static Parameters ofServlet(ServletConfig config, String... known) {
        return new Parameters(
                        "servlet '" + config.getServletName() + "'",
                        "",
                        read(config.getInitParameterNames(), config::getInitParameter))
                .ensureKnown(Set.of(known));
    }

    private static Map<String, String> read(
            Enumeration<String> names, UnaryOperator<String> value) {
        Map<String, String> values = new TreeMap<>();
        names.asIterator().forEachRemaining(name -> values.put(name, value.apply(name)));
        return values;
    }

    private Parameters ensureKnown(Set<String> known) {
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        owner
                                + ": init parameter '"
                                + prefix
                                + name
                                + "' is unknown; allowed "
                                + (known.isEmpty() ? "is none" : "are " + new TreeSet<>(known)));
            }
        }
        return this;
    }

    /**
     * {@return {@code settings} with whatever is set here}
     *
     * @throws IllegalArgumentException if a value cannot be read or is not allowed
     */
    ServletSettings over(ServletSettings given) {
        ServletSettings settings = given;
        try {
            if (values.containsKey(EXEMPT)) {
                settings = settings.withExempt(values.get(EXEMPT).strip().split("\\s*,\\s*"));
            }
            if (values.containsKey(RETRY_AFTER)) {
                settings = settings.withRetryAfter(duration(RETRY_AFTER));
            }
            for (ServletSettings.Endpoint endpoint : ServletSettings.Endpoint.values()) {
                String path = values.get(pathOf(endpoint));
                if (path != null) {
                    settings =
                            path.strip().equals("off")
                                    ? settings.withoutEndpoint(endpoint)
                                    : settings.withEndpoint(endpoint, path.strip());
                }
            }
            return settings;
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(owner + ": " + wrong.getMessage(), wrong);
        }
    }

    /** {@return what is left for the shutdown when the settings of the servlets are taken away} */
    Map<String, String> ofShutdown() {
        Map<String, String> rest = new TreeMap<>(values);
        rest.remove(EXEMPT);
        rest.remove(RETRY_AFTER);
        for (ServletSettings.Endpoint endpoint : ServletSettings.Endpoint.values()) {
            rest.remove(pathOf(endpoint));
        }
        return rest;
    }

    /** @throws IllegalArgumentException if it is no detail */
    StatusServlet.Detail detail() {
        return switch (values.getOrDefault(DETAIL, "phase").strip()) {
            case "phase" -> StatusServlet.Detail.PHASE;
            case "progress" -> StatusServlet.Detail.PROGRESS;
            default ->
                    throw new IllegalArgumentException(
                            owner
                                    + ": detail '"
                                    + values.get(DETAIL)
                                    + "'; allowed is phase or progress");
        };
    }

    private static String pathOf(ServletSettings.Endpoint endpoint) {
        return endpoint.name().toLowerCase(Locale.ROOT) + "-path";
    }

    private Duration duration(String name) {
        String text = values.getOrDefault(name, "").strip().toLowerCase(Locale.ROOT);
        try {
            if (text.endsWith("ms")) {
                return Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)));
            }
            return Duration.parse(text.startsWith("p") ? text : "pt" + text);
        } catch (DateTimeException | NumberFormatException unreadable) {
            throw new IllegalArgumentException(
                    prefix
                            + name
                            + ": cannot read '"
                            + values.get(name)
                            + "'; allowed is a duration such as 10s, 500ms, 2m or PT10S",
                    unreadable);
        }
    }
}
