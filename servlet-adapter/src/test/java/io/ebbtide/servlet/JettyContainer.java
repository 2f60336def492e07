package io.ebbtide.servlet;

import jakarta.servlet.ServletContext;

import org.eclipse.jetty.ee11.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

import java.util.function.Consumer;

/** Jetty 12.1 ee11 with its usual pool of platform threads. */
record JettyContainer(Server server) implements Container {

    static Container start(Consumer<ServletContext> setUp) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler application = new ServletContextHandler("/");
        application.addServletContainerInitializer((_, context) -> setUp.accept(context));
        ErrorPageErrorHandler pages = new ErrorPageErrorHandler();
        pages.addErrorPage(410, PAGE_OF_410);
        application.setErrorHandler(pages);
        server.setHandler(application);
        server.start();
        return new JettyContainer(server);
    }

    @Override
    public int port() {
        return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    }

    @Override
    public void stop() throws Exception {
        server.stop();
    }
}
