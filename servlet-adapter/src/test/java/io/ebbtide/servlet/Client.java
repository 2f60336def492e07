package io.ebbtide.servlet;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** One HTTP/1.1 connection, byte by byte. */
final class Client implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;

    static Client connect(int port) throws IOException {
        return connect(port, PATIENCE_MILLIS);
    }

    /** @param patienceMillis how long to wait for bytes of an answer */
    static Client connect(int port, int patienceMillis) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(patienceMillis);
        socket.setTcpNoDelay(true);
        return new Client(socket);
    }

    private Client(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** Sends a request and returns without waiting for its answer. */
    Client send(String path) throws IOException {
        return sendRaw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    Client sendRaw(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    Answer get(String path) throws IOException {
        return send(path).receive();
    }

    /** Reads one response to its end, or to where the server cut it. */
    Answer receive() throws IOException {
        Head head = receiveHead();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean whole = true;
        try {
            if (head.headers().getOrDefault("transfer-encoding", "").equals("chunked")) {
                readChunks(body);
            } else if (isEndedByClose(head)) {
                in.transferTo(body);
            } else {
                body.write(
                        readExactly(
                                Integer.parseInt(
                                        head.headers().getOrDefault("content-length", "0"))));
            }
        } catch (EOFException cut) {
            whole = false;
        }
        return new Answer(
                head.status(), head.headers(), body.toString(StandardCharsets.UTF_8), whole);
    }

    private static boolean isEndedByClose(Head head) {
        return !head.headers().containsKey("content-length")
                && head.status() != 204
                && head.headers().getOrDefault("connection", "").equals("close");
    }

    /** The part of a response before its body. */
    record Head(int status, Map<String, String> headers) {}

    /** Reads status and headers only. */
    Head receiveHead() throws IOException {
        int status =
                Integer.parseInt(
                        readLine().substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
        Map<String, String> headers = new HashMap<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            int colon = line.indexOf(':');
            headers.merge(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).trim(),
                    (one, other) -> one + ", " + other);
        }
        return new Head(status, headers);
    }

    /** Reads a body of known length. */
    String receiveBody(int length) throws IOException {
        return new String(readExactly(length), StandardCharsets.UTF_8);
    }

    /**
     * Reads one chunk of a chunked body; empty if it is the last. Jetty ends a chunk's line with
     * the next chunk only.
     */
    String receiveChunk() throws IOException {
        String size = readLine();
        int length = Integer.parseInt(size.isEmpty() ? readLine() : size, 16);
        String chunk = new String(readExactly(length), StandardCharsets.UTF_8);
        if (length == 0) {
            readLine();
        }
        return chunk;
    }

    private void readChunks(ByteArrayOutputStream body) throws IOException {
        for (String chunk = receiveChunk(); !chunk.isEmpty(); chunk = receiveChunk()) {
            body.write(chunk.getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * Waits until the server closes the connection, and says whether it did so without sending more
     * than a line's end.
     */
    boolean isClosedByServer() throws IOException {
        try {
            int next = in.read();
            while (next == '\r' || next == '\n') {
                next = in.read();
            }
            return next < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    private byte[] readExactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("cut off after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("cut off after '" + line + "'");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /** Is gone from one moment to the next, without a goodbye. */
    void reset() throws IOException {
        socket.setSoLinger(/* on= */ true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
