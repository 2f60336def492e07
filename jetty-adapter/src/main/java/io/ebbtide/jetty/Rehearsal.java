package io.ebbtide.jetty;

import io.ebbtide.ShutdownConfig;
import io.ebbtide.StructuredShutdown;
import io.ebbtide.work.Deadline;
import io.ebbtide.work.TimeSource;

import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;

/**
 * Goes through the stop of a server once, in the background, when the real server has started. On the
 * way out each class that is loaded and each method that is linked for the first time costs, and the
 * first stop of a process is its last: without this it takes two to three times as long.
 *
 * <p>The stage is a listener and a connector of its own, of which only the parts run that have no
 * lines to say in the log. The server behind it is the real one, which no request reaches from here.
 */
final class Rehearsal implements Runnable {

    private static final Logger LOG = System.getLogger("io.ebbtide.jetty");
    private static final Duration AT_MOST = Duration.ofSeconds(2);
    private static final ShutdownConfig SETTINGS =
            ShutdownConfig.defaults().withLameDuckQuiet(Duration.ofMillis(1));

    private final Server server;
    private final TimeSource time = TimeSource.system();

    private Rehearsal(Server server) {
        this.server = server;
    }

    static void start(Server server) {
        Thread.ofPlatform().daemon(true).name("shutdown-rehearsal-2").start(new Rehearsal(server));
    }

    @Override
    public void run() {
        QueuedThreadPool pool = new QueuedThreadPool(8, 1);
        pool.setDaemon(true);
        pool.setName("shutdown-rehearsal");
        ServerConnector stage =
                new ServerConnector(server, pool, null, null, 1, 1, new HttpConnectionFactory());
        try {
            pool.start();
            stage.getSelectorManager().start();
            play(pool, stage);
        } catch (Exception spoiled) {
            LOG.log(
                    Level.DEBUG,
                    "the rehearsal of the stop failed; the stop may take longer",
                    spoiled);
        } finally {
            clear(pool, stage);
        }
    }

    private void play(QueuedThreadPool pool, ServerConnector stage) throws Exception {
        StructuredShutdown shutdown = StructuredShutdown.open(SETTINGS, time);
        Life life = new Life(List.of(stage), shutdown);
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        stage.open(listener);
        try (SocketChannel _ = SocketChannel.open(listener.getLocalAddress())) {
            stage.accept(0);
            awaitEndPoint(stage);
            awaitQuiet(stage);
            pool.execute(() -> acceptOnce(stage));
            Deadline end = Deadline.in(AT_MOST, time);
            for (ConnectorEntrance entrance : life.entrances()) {
                entrance.announce();
                entrance.refuse(end);
            }
            shutdown.work().drain(end);
            shutdown.work().join(end);
        } finally {
            life.end();
        }
    }

    private static void acceptOnce(ServerConnector stage) {
        try {
            stage.accept(0);
        } catch (IOException closed) {
            LOG.log(Level.DEBUG, "the rehearsal's listener was closed first", closed);
        }
    }

    private void awaitEndPoint(ServerConnector stage) {
        Deadline deadline = Deadline.in(AT_MOST, time);
        while (stage.getConnectedEndPoints().isEmpty() && !deadline.isPassed()) {
            time.parkUntil(stage, time.nanos() + Duration.ofMillis(1).toNanos());
        }
    }

    /** A stop at rest is rehearsed: that of a service with clients at its door has time. */
    private void awaitQuiet(ServerConnector stage) {
        Deadline quiet = Deadline.in(ConnectorEntrance.QUIET_DOOR.plusMillis(10), time);
        while (!quiet.isPassed()) {
            time.parkUntil(stage, quiet.nanos());
        }
    }

    private static void clear(QueuedThreadPool pool, ServerConnector stage) {
        try {
            stage.getSelectorManager().stop();
            pool.stop();
        } catch (Exception spoiled) {
            LOG.log(Level.DEBUG, "the rehearsal's stage was not cleared", spoiled);
        }
    }
}
