package io.ebbtide.jetty;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A frame of HTTP/2 (RFC 9113 §4.1), with as much of HPACK as a request needs. */
final class Http2Frame {

    static final int DATA = 0x0;
    static final int HEADERS = 0x1;
    static final int RST_STREAM = 0x3;
    static final int SETTINGS = 0x4;
    static final int PING = 0x6;
    static final int GOAWAY = 0x7;
    static final int WINDOW_UPDATE = 0x8;

    /** Of SETTINGS and PING. */
    static final int ACK = 0x1;

    static final int END_STREAM = 0x1;
    static final int END_HEADERS = 0x4;

    /** In the static table: GET and POST. */
    private static final int GET = 0x82;

    private static final int POST = 0x83;

    private final int type;
    private final int flags;
    private final int stream;
    private final byte[] payload;

    Http2Frame(int type, int flags, int stream, byte[] payload) {
        this.type = type;
        this.flags = flags;
        this.stream = stream;
        this.payload = payload.clone();
    }

    static Http2Frame read(DataInputStream in) throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt() & Integer.MAX_VALUE;
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new Http2Frame(type, flags, stream, payload);
    }

    static Http2Frame get(int stream, String scheme, String path) {
        return head(stream, END_HEADERS | END_STREAM, block(GET, scheme, path));
    }

    static Http2Frame post(int stream, String scheme, String path, int length) {
        ByteArrayOutputStream block = block(POST, scheme, path);
        block.write(0x0f); // content-length, 28th in the static table
        block.write(28 - 15);
        writeText(block, Integer.toString(length));
        return head(stream, END_HEADERS, block);
    }

    /** Asks for a WebSocket (RFC 8441 §4). */
    static Http2Frame webSocket(int stream, String scheme, String path) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0x02); // :method, by its name in the static table
        writeText(block, "CONNECT");
        writeTarget(block, scheme, path);
        block.write(0x00);
        writeText(block, ":protocol");
        writeText(block, "websocket");
        block.write(0x00);
        writeText(block, "sec-websocket-version");
        writeText(block, "13");
        return head(stream, END_HEADERS, block);
    }

    static Http2Frame trailer(int stream, String name, String value) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0x00);
        writeText(block, name);
        writeText(block, value);
        return head(stream, END_HEADERS | END_STREAM, block);
    }

    static Http2Frame data(int stream, int flags, String text) {
        return data(stream, flags, text.getBytes(StandardCharsets.US_ASCII));
    }

    static Http2Frame data(int stream, int flags, byte[] bytes) {
        return new Http2Frame(DATA, flags, stream, bytes);
    }

    private static Http2Frame head(int stream, int flags, ByteArrayOutputStream block) {
        return new Http2Frame(HEADERS, flags, stream, block.toByteArray());
    }

    private static ByteArrayOutputStream block(int method, String scheme, String path) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(method);
        writeTarget(block, scheme, path);
        return block;
    }

    private static void writeTarget(ByteArrayOutputStream block, String scheme, String path) {
        block.write(scheme.equals("https") ? 0x87 : 0x86);
        block.write(0x04);
        writeText(block, path);
        block.write(0x01);
        writeText(block, "test");
    }

    private static void writeText(ByteArrayOutputStream block, String text) {
        block.write(text.length());
        block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    int type() {
        return type;
    }

    int stream() {
        return stream;
    }

    byte[] payload() {
        return payload.clone();
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    byte[] bytes() {
        byte[] bytes = new byte[9 + payload.length];
        ByteBuffer.wrap(bytes)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload);
        return bytes;
    }
}
