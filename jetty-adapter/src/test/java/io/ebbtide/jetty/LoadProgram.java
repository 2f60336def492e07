package io.ebbtide.jetty;

import io.ebbtide.resource.ResourceType;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * A service with fast, slow and streamed answers, stopped by SIGTERM. It keeps a record of how often it has
 * seen each request, and writes it down when all have been served.
 */
final class LoadProgram extends Handler.Abstract {

    /**
     * More than there are clients. The default, 50, is too few for 200 that connect at once: Linux then
     * answers with SYN cookies, and resets whoever comes back with his cookie while the queue is full.
     */
    private static final int ACCEPT_QUEUE = 1024;

    private final Map<String, LongAdder> times = new ConcurrentHashMap<>();

    /** Never opens: what waits for it waits for its time. */
    private final CountDownLatch never = new CountDownLatch(1);

    private LoadProgram() {}

    /** Takes a {@link Wire}, a {@link Pool} and the record's file; says at which port it listens. */
    public static void main(String[] arguments) throws Exception {
        Thread.ofPlatform().daemon(true).start(LoadProgram::endWithTheTest);
        LoadProgram application = new LoadProgram();
        Path record = Path.of(arguments[2]);
        Server server = new Server(Pool.valueOf(arguments[1]).create());
        ServerConnector connector = Wire.valueOf(arguments[0]).connector(server, 1);
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        server.addConnector(connector);
        server.setHandler(application);
        GracefulJetty _ =
                GracefulJetty.wrap(server)
                        .register(
                                "record", ResourceType.FILE_HANDLE, () -> application.write(record))
                        .start();
        System.out.println("port " + connector.getLocalPort());
    }

    /** Nothing is ever written to this: its end is that of the process which started us. */
    private static void endWithTheTest() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException gone) {
            System.err.println("the test has gone: " + gone);
        }
        Runtime.getRuntime().halt(1);
    }

    /** Each answer is the path a hundred times over; the query is the request's id. */
    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        times.computeIfAbsent(request.getHttpURI().getQuery(), _ -> new LongAdder()).increment();
        String path = request.getHttpURI().getPath();
        ByteBuffer whole = StandardCharsets.UTF_8.encode(path.repeat(100));
        switch (path) {
            case "/slow" -> {
                boolean _ = never.await(20 + request.hashCode() % 80, TimeUnit.MILLISECONDS);
                response.write(true, whole, callback);
            }
            case "/stream" -> {
                try (OutputStream out = Content.Sink.asOutputStream(response)) {
                    for (int i = 0; i < 10; i++) {
                        out.write(path.repeat(10).getBytes(StandardCharsets.UTF_8));
                        out.flush();
                        boolean _ = never.await(10, TimeUnit.MILLISECONDS);
                    }
                }
                callback.succeeded();
            }
            default -> response.write(true, whole, callback);
        }
        return true;
    }

    private void write(Path record) throws IOException {
        List<String> lines =
                times.entrySet().stream()
                        .map(seen -> seen.getKey() + " " + seen.getValue().sum())
                        .toList();
        Files.write(record, lines);
    }
}
