package io.ebbtide.jetty.demo;

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

import java.io.IOException;

/** The Jetty of both servers: on the loopback address, with requests on virtual threads. */
final class LocalJetty {

    private static final String LISTENING = " listening on 127.0.0.1:";

    private LocalJetty() {}

    /**
     * {@return a server that is not started}
     *
     * @param port 0 for any free one
     */
    static Server on(int port) {
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setVirtualThreadsExecutor(
                VirtualThreads.getNamedVirtualThreadsExecutor("request-"));
        Server server = new Server(threads);
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        connector.setPort(port);
        server.addConnector(connector);
        return server;
    }

    /** Says on the standard output that a started server is up, and where. */
    static void announce(String name, Server server) {
        ServerConnector connector = (ServerConnector) server.getConnectors()[0];
        System.out.println(name + LISTENING + connector.getLocalPort());
    }

    /** Waits until a server has announced itself; {@return its port} */
    static int awaitPort(ChildProcess process) throws IOException, InterruptedException {
        String line = process.awaitLine(LISTENING);
        return Integer.parseInt(line.substring(line.indexOf(LISTENING) + LISTENING.length()));
    }
}
