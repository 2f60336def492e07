import org.jspecify.annotations.NullMarked;

/**
 * Graceful shutdown of an embedded Jetty server.
 *
 * <p>Unless said otherwise, no parameter and no result is null.
 */
@NullMarked
module io.ebbtide.jetty {
    requires transitive io.ebbtide;
    requires transitive org.eclipse.jetty.server;
    requires static org.eclipse.jetty.http2.common;
    requires static org.jspecify;
    requires static org.eclipse
            .jetty
            .websocket
            .core
            .common; // only if the application has WebSockets

    exports io.ebbtide.jetty;
}
