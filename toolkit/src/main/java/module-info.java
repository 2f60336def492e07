import org.jspecify.annotations.NullMarked;

/**
 * Structured, graceful shutdown: request scopes, phases, one deadline for the whole.
 *
 * <p>Unless said otherwise, no parameter and no result is null.
 */
@NullMarked
module io.ebbtide {
    requires static org.jspecify;
    requires jdk.unsupported; // sun.misc.Signal, by reflection: without this line it is not in the

    // module graph

    exports io.ebbtide;
    exports io.ebbtide.report;
    exports io.ebbtide.resource;
    exports io.ebbtide.work;
}
