package io.ebbtide.jetty;

/** What a WebSocket is told when its server goes (RFC 6455 §7.4.1 and the registry of close codes). */
public enum WebSocketClose {
    /** 1001, going away: try again, as with any server. */
    GOING_AWAY(1001),
    /** 1012, service restart: try again after a moment; not every client knows it. */
    SERVICE_RESTART(1012);

    private final int code;

    WebSocketClose(int code) {
        this.code = code;
    }

    /** {@return the code in the close frame} */
    public int code() {
        return code;
    }
}
