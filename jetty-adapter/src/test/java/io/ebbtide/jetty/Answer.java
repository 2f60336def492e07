package io.ebbtide.jetty;

import java.util.List;
import java.util.Map;

/**
 * How one exchange ended, as the client saw it.
 *
 * @param ending whether a whole response came, and if not, what came instead
 * @param status of the final response; 0 if its head did not come
 * @param headers of the final response, names in lower case
 * @param body as much as came, chunks put together
 * @param interim the heads of the interim responses before it
 */
record Answer(
        Ending ending, int status, Map<String, String> headers, String body, List<Head> interim) {

    /** A status line and its headers, names in lower case. */
    record Head(int status, Map<String, String> headers) {}

    enum Ending {
        /** A whole response, whatever its status. */
        COMPLETE,
        /** The connection was refused. */
        REFUSED,
        /** The connection was closed before a byte of a response. */
        LOST,
        /** The connection was closed in the middle of a response. */
        TRUNCATED,
        /** The connection was reset, or the stream was. */
        RESET,
        /** The server has promised that it did nothing for the request (HTTP/2). */
        RETRYABLE
    }

    static Answer none(Ending ending) {
        return new Answer(ending, 0, Map.of(), "", List.of());
    }

    boolean isServed() {
        return ending == Ending.COMPLETE && status == 200;
    }

    boolean isUnavailable() {
        return ending == Ending.COMPLETE && status == 503;
    }

    boolean saysClose() {
        return "close".equals(headers.get("connection"));
    }
}
