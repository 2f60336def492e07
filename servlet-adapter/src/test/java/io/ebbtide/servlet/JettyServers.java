package io.ebbtide.servlet;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;

/** What the Jetty servers of all versions of the Servlet API have in common. */
final class JettyServers {

    private JettyServers() {}

    static Server with(Handler applications) {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new GracefulHandler(applications));
        server.setStopTimeout(Container.PATIENCE_MILLIS);
        return server;
    }

    static void start(Server server) throws Exception {
        try {
            server.start();
        } catch (Exception failed) {
            server.stop();
            throw failed;
        }
    }

    static int port(Server server) {
        return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    }
}
