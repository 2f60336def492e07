package io.ebbtide.jetty;

import io.ebbtide.work.Refusal;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The answers to requests that are not served: 503 (RFC 9110 §15.6.4) with {@code Retry-After} and a
 * short plain body that tells nothing of what runs here.
 */
final class Refusals {

    private static final HttpField NO_STORE =
            new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store");
    private static final HttpField PLAIN =
            new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");

    private final HttpField retryAfter;

    /**
     * Refusals that ask for some patience.
     *
     * @param retryAfter rounded up to whole seconds
     * @throws IllegalArgumentException if it is negative
     */
    Refusals(Duration retryAfter) {
        if (retryAfter.isNegative()) {
            throw new IllegalArgumentException(
                    "retryAfter: " + retryAfter + "; allowed is zero or more");
        }
        long seconds = retryAfter.plusSeconds(1).minusNanos(1).toSeconds();
        this.retryAfter = new PreEncodedHttpField(HttpHeader.RETRY_AFTER, String.valueOf(seconds));
    }

    /**
     * Refuses a request that has not reached the application. Jetty adds {@code Connection: close}
     * through the request's {@link Exchange} while that is due.
     */
    void write(Refusal why, Request request, Response response, Callback callback) {
        response.setStatus(HttpStatus.SERVICE_UNAVAILABLE_503);
        response.getHeaders().put(retryAfter).put(NO_STORE).put(PLAIN);
        boolean waitsForContinue =
                request.getHeaders()
                        .contains(HttpHeader.EXPECT, HttpHeaderValue.CONTINUE.asString());
        Callback next = waitsForContinue ? callback : new BodyDiscard(request, callback);
        response.write(/* last= */ true, body(why), next);
    }

    /**
     * Answers at the drain deadline in the application's place, from another thread than the
     * application's: so it goes to the stream, and touches nothing of the application's response.
     *
     * @param stream the connection's own, where nothing has been committed yet
     */
    void send(Request request, HttpStream stream) {
        HttpVersion version = request.getConnectionMetaData().getHttpVersion();
        ByteBuffer body = body(Refusal.SHUTTING_DOWN);
        HttpFields.Mutable headers = HttpFields.build();
        headers.put(retryAfter).put(NO_STORE).put(PLAIN);
        headers.put(HttpHeader.CONTENT_LENGTH, body.remaining());
        Farewell.sign(request, headers);
        MetaData.Request head =
                new MetaData.Request(
                        request.getMethod(), request.getHttpURI(), version, request.getHeaders());
        MetaData.Response answer =
                new MetaData.Response(
                        HttpStatus.SERVICE_UNAVAILABLE_503,
                        null,
                        version,
                        headers,
                        body.remaining());
        stream.send(head, answer, /* last= */ true, body, Callback.NOOP);
    }

    private static ByteBuffer body(Refusal why) {
        String text =
                switch (why) {
                    case SHUTTING_DOWN -> "Shutting down. Please try again.\n";
                    case LIMIT_REACHED -> "Too much to do. Please try again.\n";
                };
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
