package io.ebbtide.servlet;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.GracefulShutdownHandler;
import io.undertow.server.handlers.PathHandler;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.ServletContainer;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import io.undertow.servlet.util.ImmediateInstanceFactory;

import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;

import org.xnio.IoUtils;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Undertow 2.3, which is Servlet 6.0, with its usual pool of platform threads. */
record UndertowContainer(
        Undertow server,
        GracefulShutdownHandler graceful,
        PathHandler paths,
        Map<String, DeploymentManager> applications)
        implements Container {

    static Container start(List<Application> applications) throws Exception {
        ServletContainer servlets = Servlets.newContainer();
        PathHandler paths = new PathHandler();
        Map<String, DeploymentManager> managers = new HashMap<>();
        for (Application application : applications) {
            DeploymentManager manager = servlets.addDeployment(deployment(application));
            manager.deploy();
            paths.addPrefixPath(root(application), manager.start());
            managers.put(application.path(), manager);
        }
        GracefulShutdownHandler graceful = new GracefulShutdownHandler(paths);
        Undertow server =
                Undertow.builder()
                        .addHttpListener(0, "127.0.0.1")
                        .setServerOption(UndertowOptions.SHUTDOWN_TIMEOUT, PATIENCE_MILLIS)
                        .setIoThreads(2)
                        .setHandler(graceful)
                        .build();
        server.start();
        return new UndertowContainer(server, graceful, paths, managers);
    }

    private static DeploymentInfo deployment(Application application) {
        ServletContainerInitializer initializer =
                (_, context) -> StartFailures.prepare(application, context);
        DeploymentInfo deployment =
                Servlets.deployment()
                        .setClassLoader(UndertowContainer.class.getClassLoader())
                        .setContextPath(root(application))
                        .setDeploymentName("application" + application.path())
                        .setEagerFilterInit(true)
                        .setExceptionHandler(UndertowContainer::endConnection)
                        .addServletContainerInitializer(
                                new ServletContainerInitializerInfo(
                                        initializer.getClass(),
                                        new ImmediateInstanceFactory<>(initializer),
                                        Set.of()))
                        .addErrorPage(Servlets.errorPage(PAGE_OF_410, 410));
        application.parameters().forEach(deployment::addInitParameter);
        application
                .listeners()
                .forEach(listener -> deployment.addListener(Servlets.listener(listener)));
        return deployment;
    }

    /** Undertow by itself would end a response that fails half way as if it were whole, and forget our header. */
    private static boolean endConnection(
            HttpServerExchange exchange,
            ServletRequest request,
            ServletResponse response,
            Throwable failure) {
        if (exchange.isResponseStarted()) {
            IoUtils.safeClose(exchange.getConnection());
        } else {
            exchange.setPersistent(/* persistent= */ false);
        }
        return false; // error pages as usual
    }

    private static String root(Application application) {
        return application.path().isEmpty() ? "/" : application.path();
    }

    @Override
    public int port() {
        return ((InetSocketAddress) server.getListenerInfo().getFirst().getAddress()).getPort();
    }

    @Override
    public void undeploy(String path) throws Exception {
        DeploymentManager manager = applications.remove(path);
        paths.removePrefixPath(path.isEmpty() ? "/" : path);
        manager.stop();
        manager.undeploy();
    }

    @Override
    public void stop() throws Exception {
        graceful.shutdown();
        graceful.awaitShutdown(PATIENCE_MILLIS);
        for (String path : List.copyOf(applications.keySet())) {
            undeploy(path);
        }
        server.stop();
    }
}
