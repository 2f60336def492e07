package io.ebbtide.jetty;

import io.ebbtide.ShutdownConfig;
import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.work.Scope;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/** A service that lets a crowd of requests in, says how much memory is in use, and then serves them: bare, or while it drains. */
final class CrowdProgram {

    private static final Semaphore IN_FLIGHT = new Semaphore(0);
    private static final CountDownLatch GATE = new CountDownLatch(1);

    private CrowdProgram() {}

    /** Takes {@code bare} or {@code wrapped}, and the size of the crowd. */
    public static void main(String[] arguments) throws Exception {
        Server server = new Server(Pool.VIRTUAL_HANDLERS.create());
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        connector.setAcceptQueueSize(1024);
        connector.setIdleTimeout(120_000);
        server.addConnector(connector);
        server.setHandler(new Held());
        StructuredShutdown shutdown = StructuredShutdown.open(CrowdProgram::withTime);
        if (arguments[0].equals("wrapped")) {
            GracefulJetty.wrap(server, shutdown).start();
        } else {
            server.start();
        }
        System.out.println("port " + connector.getLocalPort());
        IN_FLIGHT.acquire(Integer.parseInt(arguments[1]));
        System.out.println("used " + usedBytes());
        if (arguments[0].equals("wrapped")) {
            System.out.println("end " + serveWhileDraining(shutdown));
        } else {
            GATE.countDown();
            System.in.read();
            server.stop();
        }
    }

    /** As much as a very busy machine may take. */
    private static ShutdownConfig withTime(ShutdownConfig config) {
        return config.withLameDuck(Duration.ZERO)
                .withGracefulTimeout(Duration.ofMinutes(4))
                .withDrainTimeout(Duration.ofMinutes(3));
    }

    private static String serveWhileDraining(StructuredShutdown shutdown) throws Exception {
        CompletableFuture<ShutdownResult> future =
                shutdown.begin(new ShutdownReason.Requested("test"));
        while (shutdown.requests().state() == Scope.State.OPEN) {
            Thread.onSpinWait();
        }
        GATE.countDown();
        ShutdownResult result = future.get();
        return result.status() + " " + result.drained() + " " + result.took().toMillis();
    }

    private static long usedBytes() {
        System.gc();
        System.gc(); // what the first has found is gone after the second
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static final class Held extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback)
                throws Exception {
            IN_FLIGHT.release();
            GATE.await();
            byte[] whole = "a whole answer\n".getBytes(StandardCharsets.US_ASCII);
            response.write(true, ByteBuffer.wrap(whole), callback);
            return true;
        }
    }
}
