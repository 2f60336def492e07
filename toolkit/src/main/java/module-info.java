import org.jspecify.annotations.NullMarked;

/**
 * Structured, graceful shutdown: request scopes, phases, one deadline for the whole.
 *
 * <p>Unless said otherwise, no parameter and no result is null.
 */
@NullMarked
@SuppressWarnings("requires-automatic") // Jedis and its pool have no descriptors
module io.ebbtide {
    requires static org.jspecify;
    requires jdk.unsupported; // sun.misc.Signal, by reflection: without this line it is not in the

    // module graph

    // Resources of these are closed as suits them; nothing else here needs them.
    requires static com.zaxxer.hikari;
    requires static java.net.http;
    requires static java.sql;
    requires static org.apache.commons.pool2;
    requires static redis.clients.jedis;

    exports io.ebbtide;
    exports io.ebbtide.report;
    exports io.ebbtide.resource;
    exports io.ebbtide.work;
}
