package io.ebbtide.servlet;

import org.apache.catalina.Context;
import org.apache.catalina.Host;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.core.StandardService;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.ErrorPage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Tomcat 11 with virtual threads. */
record TomcatContainer(Tomcat tomcat, Path home) implements Container {

    /** Held, since loggers that nobody holds forget their level. The tests make containers fail on purpose. */
    private static final Logger LOG = Logger.getLogger("org.apache");

    static {
        LOG.setLevel(Level.OFF);
    }

    static Container start(List<Application> applications) throws Exception {
        Path home = Files.createTempDirectory("tomcat");
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(home.toString());
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        tomcat.getConnector().setProperty("useVirtualThreads", "true");
        tomcat.getConnector().setProperty("bindOnInit", "false");
        ((StandardService) tomcat.getService()).setGracefulStopAwaitMillis(PATIENCE_MILLIS);
        TomcatContainer container = new TomcatContainer(tomcat, home);
        try (TomcatLog log = TomcatLog.listen()) {
            log.add("org.apache.catalina.core");
            for (Application application : applications) {
                container.add(application, log);
            }
            tomcat.start();
            container.ensureStarted(log);
        }
        return container;
    }

    private void add(Application application, TomcatLog log) {
        Context context = tomcat.addContext(application.path(), home.toString());
        ((StandardContext) context).setUnloadDelay(PATIENCE_MILLIS);
        application.parameters().forEach(context::addParameter);
        application
                .listeners()
                .forEach(listener -> context.addApplicationListener(listener.getName()));
        context.addServletContainerInitializer(
                (_, servletContext) -> StartFailures.prepare(application, servletContext),
                Set.of());
        ErrorPage page = new ErrorPage();
        page.setErrorCode(410);
        page.setLocation(PAGE_OF_410);
        context.addErrorPage(page);
        log.add(context.getLogName());
    }

    /** Tomcat starts without an application that fails, and says why in its log. */
    private void ensureStarted(TomcatLog log) throws Exception {
        for (org.apache.catalina.Container context : tomcat.getHost().findChildren()) {
            if (context.getState() != LifecycleState.STARTED) {
                stop();
                throw new IllegalStateException(
                        "application " + context.getName() + " has not started", log.lastThrown());
            }
        }
    }

    @Override
    public int port() {
        return tomcat.getConnector().getLocalPort();
    }

    @Override
    public void undeploy(String path) throws Exception {
        Host host = tomcat.getHost();
        org.apache.catalina.Container context = host.findChild(path);
        host.removeChild(context);
    }

    @Override
    public void stop() throws Exception {
        tomcat.stop();
        tomcat.destroy();
        try (var files = Files.walk(home)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
