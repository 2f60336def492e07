package io.ebbtide.servlet;

import jakarta.servlet.ServletContext;

import java.util.EventListener;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A servlet container with web applications, on a free port of the loopback address. Set up as {@code docs/containers.md}
 * says, so that it does its part of a stop.
 */
interface Container {

    /** Where the error page for status 410 is. */
    String PAGE_OF_410 = "/gone";

    /** How long the container itself lets requests run on when it stops, in milliseconds. */
    int PATIENCE_MILLIS = 5_000;

    /** Adds filters and servlets while an application starts. */
    @FunctionalInterface
    interface SetUp {
        void prepare(ServletContext context) throws Exception;
    }

    /**
     * A web application.
     *
     * @param path where it is; empty for the root
     * @param parameters its context's
     * @param listeners declared as in a deployment descriptor
     */
    record Application(
            String path,
            Map<String, String> parameters,
            List<Class<? extends EventListener>> listeners,
            SetUp setUp) {

        static Application at(String path, SetUp setUp) {
            return new Application(path, Map.of(), List.of(), setUp);
        }

        Application with(Map<String, String> more) {
            Map<String, String> all = new HashMap<>(parameters);
            all.putAll(more);
            return new Application(path, all, listeners, setUp);
        }

        Application declaring(Class<? extends EventListener> listener) {
            return new Application(path, parameters, List.of(listener), setUp);
        }
    }

    /** Starts one. */
    @FunctionalInterface
    interface Factory {
        /** @throws Exception if an application does not start; with the reason somewhere among its causes */
        Container start(List<Application> applications) throws Exception;
    }

    int port();

    /** Stops one application while the others go on. */
    void undeploy(String path) throws Exception;

    void stop() throws Exception;
}
