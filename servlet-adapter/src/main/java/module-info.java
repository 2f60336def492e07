import org.jspecify.annotations.NullMarked;

/**
 * Graceful shutdown for web applications in any Servlet container.
 *
 * <p>Unless said otherwise, no parameter and no result is null.
 */
@NullMarked
module io.ebbtide.servlet {
    requires transitive io.ebbtide;
    requires transitive jakarta.servlet;
    requires static org.jspecify;

    exports io.ebbtide.servlet;

    provides jakarta.servlet.ServletContainerInitializer with
            io.ebbtide.servlet.ShutdownInitializer;
}
