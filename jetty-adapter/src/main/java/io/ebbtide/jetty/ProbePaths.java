package io.ebbtide.jetty;

import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * At which paths probes are answered. Paths are compared exactly as they were sent, query left out: what only means the same
 * path ({@code /ready/}, {@code /x/../ready}, {@code /%72eady}) is the application's, and so nothing gets past admission by
 * looking like a probe.
 *
 * @param paths from the path to what is answered there
 */
record ProbePaths(Map<String, Probe> paths) {

    static final ProbePaths NONE = new ProbePaths(Map.of());

    ProbePaths {
        paths = Map.copyOf(paths);
    }

    /**
     * {@return these and one more}
     *
     * @throws IllegalArgumentException if no request could have this path, or another probe has it
     */
    ProbePaths with(String path, Probe probe) {
        String name = probe.name().toLowerCase(Locale.ROOT);
        if (!path.startsWith("/") || path.contains("?") || path.contains("#")) {
            throw new IllegalArgumentException(
                    name
                            + " path: '"
                            + path
                            + "'; allowed is a path that begins with '/', without query or"
                            + " fragment");
        }
        Probe taken = paths.get(path);
        if (taken != null && taken != probe) {
            throw new IllegalArgumentException(
                    name
                            + " path: '"
                            + path
                            + "' is that of "
                            + taken.name().toLowerCase(Locale.ROOT)
                            + " already; allowed is a path for each");
        }
        Map<String, Probe> more = new LinkedHashMap<>(paths);
        more.put(path, probe);
        return new ProbePaths(more);
    }

    /** {@return what {@code request} asks for; null if it is for the application} */
    @Nullable Probe asked(Request request) {
        String path = request.getHttpURI().getPath();
        return path == null ? null : paths.get(path);
    }
}
