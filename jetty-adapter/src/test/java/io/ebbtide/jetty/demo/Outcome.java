package io.ebbtide.jetty.demo;

/** What became of one request, as the client that made it saw it. Nothing is ever retried. */
enum Outcome {
    /** The whole answer arrived, and it was the expected one. */
    ANSWERED,
    /** After SIGTERM the closed door refused a new connection: nothing was sent. */
    REFUSED_AT_THE_DOOR,
    /** A whole 503 that announced the end of its connection: the application never saw it. */
    REFUSED_WITH_503,
    /** The connection ended before the first byte of an answer, or was refused before SIGTERM. */
    LOST,
    /** An answer began and did not end. */
    TRUNCATED,
    /** A whole answer, but not the one that was asked for. */
    WRONG
}
