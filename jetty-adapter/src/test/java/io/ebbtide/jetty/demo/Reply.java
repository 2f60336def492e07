package io.ebbtide.jetty.demo;

import java.util.Map;

/**
 * The head of an HTTP answer and, once it was read, its body.
 *
 * @param headers by lower-case name
 */
record Reply(int status, Map<String, String> headers, String body) {

    Reply withBody(String content) {
        return new Reply(status, headers, content);
    }

    /** {@return whether the server said that this connection ends after the answer} */
    boolean announcesClose() {
        return "close".equalsIgnoreCase(headers.getOrDefault("connection", ""));
    }

    boolean isChunked() {
        return "chunked".equalsIgnoreCase(headers.getOrDefault("transfer-encoding", ""));
    }

    /** {@return whether nothing but the end of the connection tells where the answer ends} */
    boolean endsWithConnection() {
        return !isChunked() && !headers.containsKey("content-length");
    }

    int contentLength() {
        return Integer.parseInt(headers.getOrDefault("content-length", "0"));
    }
}
