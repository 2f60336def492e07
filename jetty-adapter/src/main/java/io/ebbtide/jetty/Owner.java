package io.ebbtide.jetty;

/** Whose shutdown it is that a server is part of. */
enum Owner {
    /** The server's: a new one for each of its lives, begun by signals too. */
    SERVER,
    /** Somebody else's, who also decides about signals. The server has one life. */
    CALLER
}
