package io.ebbtide.jetty;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/** An application whose every step the test controls. The path says what a request does. */
final class Script extends Handler.Abstract {

    /** One permit for each request that has come to the point where it waits. */
    final Semaphore waiting = new Semaphore(0);

    /** What waiting requests wait for. */
    final CountDownLatch gate = new CountDownLatch(1);

    /** The paths of the requests that have reached the application. */
    final List<String> seen = new CopyOnWriteArrayList<>();

    /** What happened to requests, in order. */
    final List<String> events = new CopyOnWriteArrayList<>();

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = request.getHttpURI().getPath();
        seen.add(path);
        switch (path) {
            case "/fast" -> write(response, "fast", callback);
            case "/wait" -> {
                awaitGate();
                write(response, "waited", callback);
            }
            case "/stream" -> stream(response, callback);
            case "/length" -> {
                response.getHeaders().put("Content-Length", 8);
                stream(response, callback);
            }
            case "/upload" -> upload(request, response, callback);
            case "/wait-then-throw" -> {
                awaitGate();
                throw new QuietException.RuntimeException("thrown on purpose");
            }
            case "/wait-then-fail" -> {
                awaitGate();
                callback.failed(new QuietException.RuntimeException("failed on purpose"));
            }
            case "/wait-then-decline" -> {
                awaitGate();
                return false;
            }
            case "/stubborn" -> {
                awaitGateWhateverComes();
                write(response, "late", callback);
            }
            case "/later" -> later(response, callback);
            case "/hints" -> {
                response.writeInterim(103, HttpFields.build().put("Link", "</style.css>")).get();
                awaitGate();
                response.writeInterim(103, HttpFields.build().put("Link", "</more.css>")).get();
                write(response, "hinted", callback);
            }
            case "/upgrade" -> {
                awaitGate();
                response.setStatus(101);
                response.getHeaders().put("Connection", "Upgrade").put("Upgrade", "chess");
                callback.succeeded();
            }
            case "/never" -> waiting.release();
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Waits until {@code count} requests wait. */
    void awaitWaiting(int count) throws InterruptedException {
        waiting.acquire(count);
    }

    void open() {
        gate.countDown();
    }

    private void awaitGate() throws InterruptedException {
        waiting.release();
        try {
            gate.await();
        } catch (InterruptedException interrupted) {
            events.add("interrupted");
            throw interrupted;
        }
    }

    private void awaitGateWhateverComes() {
        waiting.release();
        while (true) {
            try {
                gate.await();
                return;
            } catch (InterruptedException ignored) {
                events.add("ignored an interrupt");
            }
        }
    }

    /** Does what many handlers do: closes its stream on the way out, whatever happened. */
    private void stream(Response response, Callback callback) throws Exception {
        try (OutputStream out = Content.Sink.asOutputStream(response)) {
            out.write("one-".getBytes(StandardCharsets.UTF_8));
            out.flush();
            awaitGate();
            out.write("two.".getBytes(StandardCharsets.UTF_8));
        }
        callback.succeeded();
    }

    private void upload(Request request, Response response, Callback callback) throws IOException {
        waiting.release();
        int length = Content.Source.asByteBuffer(request).remaining();
        write(response, "read " + length, callback);
    }

    private void later(Response response, Callback callback) {
        Thread.ofPlatform()
                .daemon(true)
                .start(
                        () -> {
                            awaitGateWhateverComes();
                            write(response, "later", callback);
                        });
    }

    private static void write(Response response, String text, Callback callback) {
        response.write(true, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), callback);
    }
}
