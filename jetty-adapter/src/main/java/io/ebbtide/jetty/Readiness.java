package io.ebbtide.jetty;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Tells load balancers whether to send requests here: 200 while serving, 503 from the beginning of a
 * shutdown on. Probes are no requests: they are not counted, never refused, and do not prolong the
 * lame-duck time.
 *
 * @param path compared exactly, query left out; any method
 */
record Readiness(String path) {

    Readiness {
        if (!path.startsWith("/") || path.contains("?") || path.contains("#")) {
            throw new IllegalArgumentException(
                    "readiness path: '"
                            + path
                            + "'; allowed is a path that begins with '/', without query or"
                            + " fragment");
        }
    }

    boolean isAsked(Request request) {
        return path.equals(request.getHttpURI().getPath());
    }

    void answer(Stage stage, Request request, Response response, Callback callback) {
        boolean ready = stage == Stage.SERVING;
        response.setStatus(ready ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503);
        response.getHeaders()
                .put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8")
                .put(HttpHeader.CACHE_CONTROL, "no-store");
        byte[] body = (ready ? "ready\n" : "shutting down\n").getBytes(StandardCharsets.UTF_8);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        if (!ready) {
            Farewell.sign(request, response.getHeaders());
        }
        response.write(/* last= */ true, ByteBuffer.wrap(body), callback);
    }
}
