package io.ebbtide.servlet;

import jakarta.servlet.ServletContext;

import java.util.function.Consumer;

/** A servlet container with one application at its root, on a free port of the loopback address. */
interface Container {

    /** Where the application's error page for status 410 is. */
    String PAGE_OF_410 = "/gone";

    /** Starts one. */
    @FunctionalInterface
    interface Factory {
        /** @param setUp adds filters and servlets while the application starts */
        Container start(Consumer<ServletContext> setUp) throws Exception;
    }

    int port();

    void stop() throws Exception;
}
