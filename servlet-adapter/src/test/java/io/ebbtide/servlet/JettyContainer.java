package io.ebbtide.servlet;

import org.eclipse.jetty.ee11.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;

import java.util.EventListener;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Jetty 12.1 ee11 with its usual pool of platform threads. */
record JettyContainer(Server server, Map<String, ServletContextHandler> applications)
        implements Container {

    static Container start(List<Application> applications) throws Exception {
        Map<String, ServletContextHandler> contexts = new HashMap<>();
        for (Application application : applications) {
            contexts.put(application.path(), context(application));
        }
        Server server =
                JettyServers.with(
                        new ContextHandlerCollection(
                                contexts.values().toArray(ServletContextHandler[]::new)));
        JettyServers.start(server);
        return new JettyContainer(server, contexts);
    }

    private static ServletContextHandler context(Application application) throws Exception {
        ServletContextHandler context =
                new ServletContextHandler(application.path().isEmpty() ? "/" : application.path());
        context.getInitParams().putAll(application.parameters());
        context.addServletContainerInitializer(
                (_, servletContext) -> StartFailures.prepare(application, servletContext));
        for (Class<? extends EventListener> listener : application.listeners()) {
            context.addEventListener(listener.getConstructor().newInstance());
        }
        ErrorPageErrorHandler pages = new ErrorPageErrorHandler();
        pages.addErrorPage(410, PAGE_OF_410);
        context.setErrorHandler(pages);
        return context;
    }

    @Override
    public int port() {
        return JettyServers.port(server);
    }

    @Override
    public void undeploy(String path) throws Exception {
        applications.get(path).stop();
    }

    @Override
    public void stop() throws Exception {
        server.stop();
    }
}
