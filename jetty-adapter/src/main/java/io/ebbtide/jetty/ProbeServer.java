package io.ebbtide.jetty;

import io.ebbtide.StructuredShutdown;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Supplier;

/**
 * Answers probes on a port of its own, with a few platform threads of its own: however busy the application is, and while its
 * server stops and its resources close.
 */
final class ProbeServer {

    private static final Logger LOG = System.getLogger("io.ebbtide.jetty");
    private static final int THREADS = 4;
    private static final int IDLE_MILLIS = 10_000;
    private static final int HEAD_BYTES = 4_096;

    private final Server server;
    private final ServerConnector connector;

    private ProbeServer(Server server, ServerConnector connector) {
        this.server = server;
        this.connector = connector;
    }

    /**
     * Starts one.
     *
     * @param moment asked at each probe
     * @throws IllegalStateException if it cannot listen there; it names the address
     */
    static ProbeServer start(
            ProbeAddress address,
            ProbePaths paths,
            Supplier<Probe.Moment> moment,
            StructuredShutdown shutdown) {
        QueuedThreadPool pool = new QueuedThreadPool(THREADS, 1);
        pool.setName("shutdown-probes");
        pool.setDaemon(true);
        Server server = new Server(pool);
        ServerConnector connector = new ServerConnector(server, null, null, null, 0, 1, http());
        connector.setHost(address.host());
        connector.setPort(address.port());
        connector.setIdleTimeout(IDLE_MILLIS);
        server.addConnector(connector);
        server.setStopTimeout(0);
        server.setErrorHandler(ProbeServer::answerError);
        server.setHandler(
                new Handler.Abstract.NonBlocking() {
                    @Override
                    public boolean handle(Request request, Response response, Callback callback) {
                        Probe asked = paths.asked(request);
                        if (asked == null) {
                            return false;
                        }
                        asked.answer(
                                moment.get(),
                                shutdown,
                                Probe.Audience.OPERATORS,
                                request,
                                response,
                                callback);
                        return true;
                    }
                });
        ProbeServer started = new ProbeServer(server, connector);
        started.start(address);
        return started;
    }

    private static HttpConnectionFactory http() {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(HEAD_BYTES);
        return new HttpConnectionFactory(http);
    }

    /** The status says it all; Jetty's own page would tell what runs here. */
    private static boolean answerError(Request request, Response response, Callback callback) {
        response.getHeaders().put("Content-Length", 0);
        response.write(/* last= */ true, null, callback);
        return true;
    }

    private void start(ProbeAddress address) {
        try {
            server.start();
        } catch (Exception failed) {
            stop();
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            IllegalStateException explained =
                    new IllegalStateException(
                            "probes cannot be answered on "
                                    + address
                                    + " ("
                                    + cause.getMessage()
                                    + "): end the process that uses it, or give probesOn another"
                                    + " port");
            explained.addSuppressed(failed);
            throw explained;
        }
    }

    int port() {
        return connector.getLocalPort();
    }

    String name() {
        return "probes " + ConnectorEntrance.nameOf(connector);
    }

    void stop() {
        try {
            server.stop();
            connector.close(); // without acceptors Jetty leaves it open if the start has failed
        } catch (Exception failed) {
            LOG.log(Level.WARNING, "the probes' server did not stop", failed);
        }
    }
}
