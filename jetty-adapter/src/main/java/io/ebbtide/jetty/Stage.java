package io.ebbtide.jetty;

/** How far a server has come in saying goodbye, as its clients see it. Moves only forward. */
enum Stage {
    /** Requests are served and connections kept. */
    SERVING,
    /** Requests are served, and each final response says {@code Connection: close}. */
    ANNOUNCING,
    /** The listener is closed. What was let in before is served; what begins now is refused. */
    REFUSING
}
