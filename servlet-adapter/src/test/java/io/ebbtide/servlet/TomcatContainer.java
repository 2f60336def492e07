package io.ebbtide.servlet;

import jakarta.servlet.ServletContext;

import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.ErrorPage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Tomcat 11 with virtual threads. */
record TomcatContainer(Tomcat tomcat, Path home) implements Container {

    /**
     * Held, since loggers that nobody holds forget their level. The tests make containers fail on
     * purpose.
     */
    private static final Logger LOG = Logger.getLogger("org.apache");

    static {
        LOG.setLevel(Level.OFF);
    }

    static Container start(Consumer<ServletContext> setUp) throws Exception {
        Path home = Files.createTempDirectory("tomcat");
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(home.toString());
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        tomcat.getConnector().setProperty("useVirtualThreads", "true");
        Context application = tomcat.addContext("", home.toString());
        application.addServletContainerInitializer((_, context) -> setUp.accept(context), Set.of());
        ErrorPage page = new ErrorPage();
        page.setErrorCode(410);
        page.setLocation(PAGE_OF_410);
        application.addErrorPage(page);
        Logger.getLogger(application.getLogName())
                .setLevel(Level.OFF); // Tomcat has just set it to INFO
        tomcat.start();
        return new TomcatContainer(tomcat, home);
    }

    @Override
    public int port() {
        return tomcat.getConnector().getLocalPort();
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
