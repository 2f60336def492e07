package io.ebbtide.jetty.demo;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Three pages that need nothing but time: a fast one, a slow one, and one that is streamed. */
final class Pages extends Handler.Abstract {

    static final String FAST_BODY = "fast";
    static final String STREAM_END = "the end";
    static final int STREAM_LENGTH = 10 * 1024 + STREAM_END.length();

    private static final Duration STREAM_PAUSE = Duration.ofMillis(10);
    private static final String STREAM_PART = "-".repeat(1024);

    @Override
    public boolean handle(Request request, Response response, Callback callback)
            throws IOException, InterruptedException {
        switch (Request.getPathInContext(request)) {
            case "/fast" -> answer(FAST_BODY, response, callback);
            case "/slow" -> answer("slow: %d ms".formatted(work()), response, callback);
            case "/stream" -> stream(response, callback);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void answer(String body, Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
        Content.Sink.write(response, /* last= */ true, body, callback);
    }

    /** Takes as long as a slow backend would. */
    private static long work() throws InterruptedException {
        long millis = ThreadLocalRandom.current().nextLong(20, 200);
        Thread.sleep(Duration.ofMillis(millis));
        return millis;
    }

    /** Ten pieces in about a tenth of a second, and an end that shows whether all of them came. */
    private static void stream(Response response, Callback callback)
            throws IOException, InterruptedException {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain");
        try (OutputStream out = Content.Sink.asOutputStream(response)) {
            for (int i = 0; i < 10; i++) {
                out.write(STREAM_PART.getBytes(StandardCharsets.US_ASCII));
                out.flush();
                Thread.sleep(STREAM_PAUSE);
            }
            out.write(STREAM_END.getBytes(StandardCharsets.US_ASCII));
        }
        callback.succeeded();
    }
}
