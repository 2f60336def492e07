package io.ebbtide.jetty;

import io.ebbtide.StructuredShutdown;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What load balancers, platforms and operators ask a server. Probes are no requests: they are not counted, never refused,
 * and do not prolong the lame-duck time.
 */
enum Probe {
    /** Should requests be sent here? 200, and 503 from the beginning of a shutdown on. */
    READINESS("text/plain;charset=utf-8"),
    /** Is there anybody? 200 as long as there is somebody to say so: a service that drains must not be killed for it. */
    LIVENESS("text/plain;charset=utf-8"),
    /** How far has the shutdown come? Always 200. */
    STATUS("application/json");

    /** Who can reach the place where probes are answered. */
    enum Audience {
        /** Whoever can reach the application: is told one word, which tells nothing of what runs here. */
        EVERYONE,
        /** Those who can reach a port that the application does not use: are told how busy it is, too. */
        OPERATORS
    }

    /** How far the server has come, as probes see it. */
    enum Moment {
        /** The server is being started. */
        STARTING,
        /** It serves. */
        SERVING,
        /** A shutdown has begun. */
        SHUTTING_DOWN
    }

    private final String type;

    Probe(String type) {
        this.type = type;
    }

    /** Answers {@code request}, which asks for this. */
    void answer(
            Moment moment,
            StructuredShutdown shutdown,
            Audience audience,
            Request request,
            Response response,
            Callback callback) {
        boolean not = this == READINESS && moment != Moment.SERVING;
        response.setStatus(not ? HttpStatus.SERVICE_UNAVAILABLE_503 : HttpStatus.OK_200);
        byte[] body = text(moment, shutdown, audience).getBytes(StandardCharsets.UTF_8);
        response.getHeaders()
                .put(HttpHeader.CONTENT_TYPE, type)
                .put(HttpHeader.CACHE_CONTROL, "no-store")
                .put(HttpHeader.CONTENT_LENGTH, body.length);
        if (moment == Moment.SHUTTING_DOWN) {
            Farewell.sign(request, response.getHeaders());
        }
        response.write(/* last= */ true, ByteBuffer.wrap(body), callback);
    }

    private String text(Moment moment, StructuredShutdown shutdown, Audience audience) {
        return switch (this) {
            case READINESS ->
                    switch (moment) {
                        case STARTING -> "starting\n";
                        case SERVING -> "ready\n";
                        case SHUTTING_DOWN -> "shutting down\n";
                    };
            case LIVENESS -> "alive\n";
            case STATUS ->
                    switch (audience) {
                        case EVERYONE -> "{\"phase\":\"" + shutdown.progress().phase() + "\"}\n";
                        case OPERATORS -> shutdown.progress().toJson() + "\n";
                    };
        };
    }
}
