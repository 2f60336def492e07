package io.ebbtide.jetty;

import java.time.Duration;

/**
 * What the user has chosen to tell clients at the end.
 *
 * @param refusals what those are answered who are not served
 * @param webSocketClose what WebSockets are closed with
 */
record Manners(Refusals refusals, WebSocketClose webSocketClose) {

    static final Manners DEFAULT =
            new Manners(new Refusals(Duration.ofSeconds(1)), WebSocketClose.GOING_AWAY);

    Manners with(Refusals refusals) {
        return new Manners(refusals, webSocketClose);
    }

    Manners with(WebSocketClose code) {
        return new Manners(refusals, code);
    }
}
