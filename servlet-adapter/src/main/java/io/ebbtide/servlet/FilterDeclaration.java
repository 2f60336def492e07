package io.ebbtide.servlet;

import jakarta.servlet.FilterConfig;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * How somebody has declared our filter, as far as the Servlet API tells.
 *
 * @param registration {@code null} if the container does not tell
 */
record FilterDeclaration(
        ServletContext context, String name, @Nullable FilterRegistration registration) {

    static FilterDeclaration of(FilterConfig config) {
        ServletContext context = config.getServletContext();
        String name = config.getFilterName();
        return new FilterDeclaration(context, name, context.getFilterRegistration(name));
    }

    /**
     * Requests would be counted twice.
     *
     * @throws IllegalStateException if there is a second filter of our kind, or mappings of this one overlap
     */
    void ensureSingle() {
        List<String> ours =
                context.getFilterRegistrations().values().stream()
                        .filter(FilterDeclaration::isOurs)
                        .map(FilterRegistration::getName)
                        .sorted()
                        .toList();
        if (ours.size() > 1) {
            throw new IllegalStateException(
                    "filter '"
                            + name
                            + "': the application '"
                            + context.getContextPath()
                            + "' has "
                            + ours
                            + "; allowed is one filter of this kind");
        }
        if (registration != null) {
            // As sets: some containers name a pattern once for each kind of dispatch.
            ensureApart(
                    List.copyOf(new TreeSet<>(registration.getUrlPatternMappings())),
                    List.copyOf(new TreeSet<>(registration.getServletNameMappings())));
        }
    }

    private void ensureApart(List<String> patterns, List<String> servlets) {
        List<String> mappings = new ArrayList<>(patterns);
        mappings.addAll(servlets);
        boolean overlap = !patterns.isEmpty() && !servlets.isEmpty();
        for (int i = 0; i < patterns.size(); i++) {
            for (int j = i + 1; j < patterns.size(); j++) {
                overlap |= overlap(patterns.get(i), patterns.get(j));
            }
        }
        if (overlap) {
            throw new IllegalStateException(
                    "filter '"
                            + name
                            + "' is mapped to "
                            + mappings
                            + ", so that requests may come through it twice; allowed is one"
                            + " mapping, /*");
        }
    }

    private static boolean overlap(String one, String other) {
        return one.startsWith("*")
                || other.startsWith("*")
                || covers(one, other)
                || covers(other, one);
    }

    /** Whether a pattern such as {@code /shop/*} covers another one. */
    private static boolean covers(String prefix, String pattern) {
        return prefix.endsWith("/*")
                && (pattern + "/").startsWith(prefix.substring(0, prefix.length() - 1));
    }

    /** {@return all filters of our kind that have been declared so far} */
    static List<FilterDeclaration> allIn(ServletContext context) {
        return context.getFilterRegistrations().values().stream()
                .filter(FilterDeclaration::isOurs)
                .map(ours -> new FilterDeclaration(context, ours.getName(), ours))
                .toList();
    }

    private static boolean isOurs(FilterRegistration registration) {
        return ShutdownFilter.class.getName().equals(registration.getClassName());
    }

    /**
     * Without this, every {@code startAsync} behind the filter would fail. Whoever declares a filter in a descriptor has to
     * say so there, and forgets it.
     */
    void supportAsync() {
        if (registration instanceof FilterRegistration.Dynamic open) {
            open.setAsyncSupported(true);
        }
    }
}
