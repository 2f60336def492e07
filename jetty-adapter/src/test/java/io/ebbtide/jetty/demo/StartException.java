package io.ebbtide.jetty.demo;

import java.net.BindException;
import java.nio.file.Path;

/** A part of the service could not start. The message names it and says what to do. */
final class StartException extends Exception {

    private static final long serialVersionUID = 1L;

    StartException(String message, Throwable cause) {
        super(message, cause);
    }

    static StartException ofRedis(int port, Exception failure) {
        return new StartException(
                "no Redis answers on 127.0.0.1:%d (%s); start one there, or name another with --redis=<port>"
                        .formatted(port, deepest(failure)),
                failure);
    }

    static StartException ofDatabase(Path file, Exception failure) {
        return new StartException(
                "the database %s does not open (%s); name another with --database=<file>"
                        .formatted(file, deepest(failure)),
                failure);
    }

    static StartException ofServer(int port, Exception failure) {
        return new StartException(
                failure instanceof BindException
                        ? "port %d is in use; free it, or name another with --port=<port>"
                                .formatted(port)
                        : "Jetty does not start (%s)".formatted(deepest(failure)),
                failure);
    }

    private static String deepest(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return String.valueOf(deepest.getMessage());
    }
}
