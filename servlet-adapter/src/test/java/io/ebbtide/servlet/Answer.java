package io.ebbtide.servlet;

import java.util.Map;

/**
 * A response as it came over the wire.
 *
 * @param headers by lower-case name
 * @param isWhole whether the body ended as its framing said it would
 */
record Answer(int status, Map<String, String> headers, String body, boolean isWhole) {

    String header(String name) {
        return headers.getOrDefault(name, "");
    }
}
