package io.ebbtide.jetty;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A WebSocket on a stream of HTTP/2 (RFC 8441), message by message: each is short and comes in one piece. */
final class StreamChat {

    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;
    private static final int MASKED = 0x80;

    private final RawHttp2Client session;
    private final int stream;

    /** How many bytes of it have been read. */
    private int read;

    private StreamChat(RawHttp2Client session, int stream) {
        this.session = session;
        this.stream = stream;
    }

    static StreamChat open(RawHttp2Client session) throws IOException {
        return new StreamChat(session, session.openWebSocket("/chat"));
    }

    void say(String text) throws IOException {
        send(TEXT, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** {@return the next message, or {@code closed} with its code and reason} */
    String hear() throws IOException {
        byte[] head = take(2);
        byte[] payload = take(head[1]);
        if ((head[0] & 0xff) == CLOSE) {
            int code = ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
            return "closed " + code + " " + text(Arrays.copyOfRange(payload, 2, payload.length));
        }
        return text(payload);
    }

    /** Answers the server's goodbye. */
    void sayGoodbye() throws IOException {
        send(CLOSE, new byte[] {0x03, (byte) 0xe9});
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private byte[] take(int count) throws IOException {
        byte[] all = session.awaitBytes(stream, read + count);
        if (all.length < read + count) {
            throw new EOFException("the stream has ended");
        }
        byte[] taken = Arrays.copyOfRange(all, read, read + count);
        read += count;
        return taken;
    }

    /** Masked with nothing but zeros, which RFC 6455 leaves to the client. */
    private void send(int kind, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(kind);
        frame.write(MASKED | payload.length);
        frame.writeBytes(new byte[4]);
        frame.writeBytes(payload);
        session.sendBytes(stream, frame.toByteArray());
    }
}
