package io.ebbtide.jetty;

import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;

import java.io.IOException;
import java.net.BindException;
import java.nio.channels.ServerSocketChannel;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is done when a server does not start: nothing half-started stays behind, and the error names
 * the address and the remedy.
 */
final class FailedStart {

    /** Source: Jetty 12.1.14, {@code ServerConnector.openAcceptChannel}. */
    private static final Pattern ADDRESS = Pattern.compile("Failed to bind to (?:.*/)?(\\S+)");

    private FailedStart() {}

    /** Stops what has been started. What goes wrong with that is added to {@code failure}. */
    static void cleanUp(Server server, Throwable failure) {
        try {
            server.stop();
        } catch (Exception alsoFailed) {
            failure.addSuppressed(alsoFailed);
        }
        for (Connector connector : server.getConnectors()) {
            // Jetty opens all listeners first, and one without acceptors it leaves open when
            // another
            // fails (ServerConnector.close).
            if (connector.getTransport() instanceof ServerSocketChannel listener) {
                try {
                    listener.close();
                } catch (IOException alsoFailed) {
                    failure.addSuppressed(alsoFailed);
                }
            }
        }
    }

    /** {@return what to throw instead of {@code failure}; itself if there is nothing to add} */
    static Exception explained(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return explained(failure, cause);
            }
        }
        return failure;
    }

    private static Exception explained(Exception failure, Throwable reason) {
        Matcher address = ADDRESS.matcher(String.valueOf(failure.getMessage()));
        BindException explained =
                new BindException(
                        "cannot listen on "
                                + (address.find() ? address.group(1) : "one of the addresses")
                                + " ("
                                + reason.getMessage()
                                + "): end the process that uses it, or give the connector another"
                                + " port (ServerConnector.setPort); the server is stopped");
        explained.initCause(failure);
        return explained;
    }
}
