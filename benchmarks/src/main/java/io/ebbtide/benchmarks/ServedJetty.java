package io.ebbtide.benchmarks;

import io.ebbtide.jetty.GracefulJetty;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A Jetty in a process of its own, bare or wrapped, for {@link ThroughputBenchmark} and {@link LastByteBenchmark}. */
final class ServedJetty {

    /** What it says with its port once it listens. */
    static final String LISTENING = "listening on ";

    /** What it says when a request for {@link #SLOW} has come in. */
    static final String SERVING = "serving";

    /** Is answered at once. */
    static final String TINY = "/tiny";

    /** Is answered after half a second. */
    static final String SLOW = "/slow";

    /** How long an answer is, without its head. */
    static final int BODY_BYTES = 100;

    /** Who stops the server. */
    enum Kind {
        /** Nobody. */
        BARE {
            @Override
            void start(Server server) throws Exception {
                server.start();
            }
        },
        /** Jetty itself, which waits for its requests. */
        JETTYS_OWN {
            @Override
            void start(Server server) throws Exception {
                server.setHandler(new GracefulHandler(server.getHandler()));
                server.setStopTimeout(10_000);
                server.setStopAtShutdown(/* stop= */ true);
                server.start();
            }
        },
        /** We. */
        WRAPPED {
            @Override
            void start(Server server) throws Exception {
                GracefulJetty _ = GracefulJetty.wrap(server).start();
            }

            @Override
            int statusAfterSigterm() {
                return 0;
            }
        };

        abstract void start(Server server) throws Exception;

        /** {@return what the process ends with; the JVM's own status unless somebody handles the signal} */
        int statusAfterSigterm() {
            return 143;
        }
    }

    /** On which threads requests are handled. */
    enum Threads {
        /** {@code QueuedThreadPool} as it comes. */
        PLATFORM {
            @Override
            ThreadPool create() {
                return new QueuedThreadPool();
            }
        },
        /** {@code QueuedThreadPool} with virtual threads for handlers. */
        VIRTUAL_HANDLERS {
            @Override
            ThreadPool create() {
                QueuedThreadPool pool = new QueuedThreadPool();
                pool.setVirtualThreadsExecutor(VirtualThreads.getDefaultVirtualThreadsExecutor());
                return pool;
            }
        },
        /** {@code VirtualThreadPool}. */
        ALL_VIRTUAL {
            @Override
            ThreadPool create() {
                return new VirtualThreadPool();
            }
        };

        abstract ThreadPool create();
    }

    private ServedJetty() {}

    /** Takes a {@link Kind} and {@link Threads}, and serves until it is killed or sent SIGTERM. */
    public static void main(String[] arguments) throws Exception {
        Server server = new Server(Threads.valueOf(arguments[1]).create());
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Pages());
        Kind.valueOf(arguments[0]).start(server);
        System.out.println(LISTENING + connector.getLocalPort());
        server.join();
    }

    private static final class Pages extends Handler.Abstract {

        private final byte[] body = "x".repeat(BODY_BYTES).getBytes(StandardCharsets.US_ASCII);

        /** Never opens: what waits for it waits for its time. */
        private final CountDownLatch never = new CountDownLatch(1);

        @Override
        public boolean handle(Request request, Response response, Callback callback)
                throws Exception {
            if (Request.getPathInContext(request).equals(SLOW)) {
                System.out.println(SERVING);
                boolean _ = never.await(500, TimeUnit.MILLISECONDS);
            }
            response.write(/* last= */ true, ByteBuffer.wrap(body), callback);
            return true;
        }
    }
}
