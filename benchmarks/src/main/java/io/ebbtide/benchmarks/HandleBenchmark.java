package io.ebbtide.benchmarks;

import io.ebbtide.ShutdownConfig;
import io.ebbtide.StructuredShutdown;
import io.ebbtide.jetty.GracefulJetty;
import io.ebbtide.work.TimeSource;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpChannel;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * What does wrapping add to the processor time of a request, and to what it allocates?
 *
 * <p>The aim: no figure of its own; {@link ThroughputBenchmark} has one. Everything that Jetty does between a parsed request and the
 * response's bytes is done by Jetty; the connection below is ours and does nothing.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class HandleBenchmark {

    /** Whether the server is ours. */
    public enum Kind {
        /** Jetty alone. */
        BARE,
        /** The same, wrapped. */
        WRAPPED
    }

    @Param public Kind kind;

    private final MetaData.Request request =
            new MetaData.Request(
                    "GET",
                    HttpURI.from("http://localhost/orders/42"),
                    HttpVersion.HTTP_1_1,
                    HttpFields.build().put("Host", "localhost").asImmutable());
    private final Server server = new Server();
    private HttpChannel channel;

    @Setup
    public void start() throws Exception {
        LocalConnector connector = new LocalConnector(server);
        server.addConnector(connector);
        server.setHandler(new Tiny());
        switch (kind) {
            case BARE -> server.start();
            case WRAPPED -> {
                var shutdown =
                        StructuredShutdown.open(ShutdownConfig.defaults(), TimeSource.system());
                GracefulJetty _ = GracefulJetty.wrap(server, shutdown).start();
            }
        }
        channel = new HttpChannel.DefaultFactory().newHttpChannel(new NoConnection(connector));
        channel.initialize();
    }

    @TearDown
    public void stop() throws Exception {
        server.stop();
    }

    /** From the parsed request to the last byte of the response. */
    @Benchmark
    public long handle() {
        NoStream stream = new NoStream();
        channel.setHttpStream(stream);
        channel.onRequest(request).run();
        channel.recycle();
        return stream.written();
    }

    private static final class Tiny extends Handler.Abstract {

        private final byte[] body = new byte[ServedJetty.BODY_BYTES];

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            response.write(/* last= */ true, ByteBuffer.wrap(body), callback);
            return true;
        }
    }
}
