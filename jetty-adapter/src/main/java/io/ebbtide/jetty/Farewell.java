package io.ebbtide.jetty;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;

import java.time.Duration;

/** Announces in a response that its connection will be closed (RFC 9112 §9.6). */
final class Farewell {

    /** How long a client may take to close its side of a connection on which all has been said. */
    static final Duration LINGER = Duration.ofSeconds(1);

    private static final HttpField CHUNKED =
            new HttpField(HttpHeader.TRANSFER_ENCODING, HttpHeaderValue.CHUNKED);

    private Farewell() {}

    /**
     * Adds {@code Connection: close}, unless the connection is about to speak another protocol
     * (status 101). HTTP/2 has no such header: there the session says goodbye.
     *
     * <p>A response of unknown length stays chunked. Jetty would let it end with the connection,
     * since that is about to end anyway ({@code HttpGenerator.generateHeaders}, 12.1.14); but then a
     * client could not tell a response that we have to cut from a whole one.
     *
     * @param headers of a final response that is about to be committed
     */
    static void sign(Request request, HttpFields.Mutable headers) {
        HttpVersion version = request.getConnectionMetaData().getHttpVersion();
        Http2Session session = Http2.session(request.getConnectionMetaData().getConnection());
        if (session != null) {
            session.announce();
        }
        if (version.getVersion() > HttpVersion.HTTP_1_1.getVersion()
                || headers.contains(HttpHeader.CONNECTION, HttpHeaderValue.UPGRADE.asString())
                || HttpMethod.CONNECT.is(request.getMethod())) {
            return;
        }
        headers.put(HttpFields.CONNECTION_CLOSE);
        if (version == HttpVersion.HTTP_1_1
                && !headers.contains(HttpHeader.CONTENT_LENGTH)
                && !headers.contains(HttpHeader.TRANSFER_ENCODING)) {
            headers.put(CHUNKED);
        }
    }

    /**
     * {@return whether the end of the connection will be the only sign of the response's end: it has
     * neither a length nor chunks} What follows from {@code HttpGenerator.generateHeaders}.
     *
     * @param headers of a final response that is about to be committed
     */
    static boolean isOnlyEnd(Request request, HttpFields.Mutable headers) {
        if (headers.contains(HttpHeader.CONTENT_LENGTH)
                || headers.contains(HttpHeader.TRANSFER_ENCODING)) {
            return false;
        }
        return switch (request.getConnectionMetaData().getHttpVersion()) {
            case HTTP_0_9, HTTP_1_0 -> true;
            case HTTP_1_1 ->
                    !request.getConnectionMetaData().isPersistent()
                            || headers.contains(
                                    HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
            case HTTP_2, HTTP_3 -> false;
        };
    }
}
