package io.ebbtide.jetty.demo;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** One plain socket to the service, kept open from request to request. Used by one thread. */
final class ClientConnection implements AutoCloseable {

    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 15_000;

    private final Socket socket;
    private final ReplyReader replies;
    private int requests;

    private ClientConnection(Socket socket, ReplyReader replies) {
        this.socket = socket;
        this.replies = replies;
    }

    /**
     * Connects to a port of this machine.
     *
     * @throws java.net.ConnectException if nobody listens there
     * @throws IOException if connecting fails in any other way
     */
    static ClientConnection open(int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(/* on= */ true);
            socket.setSoTimeout(READ_MILLIS);
            InetAddress here = InetAddress.getLoopbackAddress();
            socket.connect(new InetSocketAddress(here, port), CONNECT_MILLIS);
            return new ClientConnection(
                    socket, new ReplyReader(new BufferedInputStream(socket.getInputStream())));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sends a request and reads its answer, as far as it comes. */
    Received exchange(byte[] request) {
        requests++;
        try {
            socket.getOutputStream().write(request);
        } catch (IOException e) {
            return new Received.Nothing("while sending: " + e.getMessage());
        }
        return replies.read();
    }

    /** Sends a request and reads the head of its answer; the body is left to {@link #replies}. */
    Reply begin(byte[] request) throws IOException {
        requests++;
        socket.getOutputStream().write(request);
        return replies.readHead();
    }

    /** {@return how many requests have been sent} */
    int requests() {
        return requests;
    }

    ReplyReader replies() {
        return replies;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
