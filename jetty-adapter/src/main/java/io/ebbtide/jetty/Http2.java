package io.ebbtide.jetty;

import org.eclipse.jetty.io.Connection;
import org.jspecify.annotations.Nullable;

/**
 * The way to {@link Http2Session}, which is not to be touched where Jetty's HTTP/2 is missing: a
 * server that speaks HTTP/1.1 alone needs none of its jars.
 */
final class Http2 {

    /** The youngest of the types that are used; older releases of Jetty 12 lack it. */
    private static final String LISTENER = "org.eclipse.jetty.http2.HTTP2Session$FrameListener";

    private static final boolean IS_THERE = isThere();

    private Http2() {}

    /** {@return the session behind {@code connection}; null if it speaks another protocol} */
    static @Nullable Http2Session session(@Nullable Connection connection) {
        return IS_THERE && connection != null ? Http2Session.of(connection) : null;
    }

    private static boolean isThere() {
        try {
            Class<?> _ = Class.forName(LISTENER, /* initialize= */ false, loader());
            return true;
        } catch (ClassNotFoundException none) {
            return false;
        }
    }

    private static ClassLoader loader() {
        return Http2.class.getClassLoader();
    }
}
