package io.ebbtide.work;

/** The peer of a request on a tracked connection: tells the connection when the request has ended. */
final class ConnectionPeer implements Peer {

    private final TrackedConnection<?> connection;
    private final Peer peer;

    ConnectionPeer(TrackedConnection<?> connection, Peer peer) {
        this.connection = connection;
        this.peer = peer;
    }

    /** Called once, when the permit is closed, and before its scope stops counting it. */
    void requestEnded() {
        connection.countOut();
    }

    @Override
    public void answer(Permit permit) {
        peer.answer(permit);
    }

    @Override
    public void cut(Permit permit) {
        peer.cut(permit);
    }

    @Override
    public String detail() {
        return peer.detail();
    }
}
