package io.ebbtide.jetty;

import io.ebbtide.jetty.Answer.Ending;
import io.ebbtide.jetty.Http2Inbox.GoAway;
import io.ebbtide.jetty.Http2Inbox.Reply;
import io.ebbtide.work.Deadline;
import io.ebbtide.work.TimeSource;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/**
 * HTTP/2 frame by frame on a bare socket. It reads only while it waits for something, and opens streams
 * whatever the server has said, as a client does whose request and the server's GOAWAY cross.
 */
final class RawHttp2Client implements Client {

    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket;
    private final DataInputStream in;
    private final String scheme;
    private final Http2Inbox inbox = new Http2Inbox();
    private boolean answersPings = true;
    private int streamWindow = 1 << 30;
    private int nextStream = 1;
    private int uploading;

    private RawHttp2Client(Socket socket, InputStream in) {
        this.socket = socket;
        this.in = new DataInputStream(in);
        this.scheme = socket instanceof SSLSocket ? "https" : "http";
    }

    /** On a socket on which nothing has been said. */
    static RawHttp2Client on(Socket socket) throws IOException {
        RawHttp2Client client = silentOn(socket);
        client.sendPreface();
        return client;
    }

    /** That says nothing until {@link #sendPreface}. */
    static RawHttp2Client silentOn(Socket socket) throws IOException {
        return new RawHttp2Client(socket, new BufferedInputStream(socket.getInputStream()));
    }

    /** After a 101 to {@code first}, whose request goes on as the first stream. */
    static RawHttp2Client upgraded(RawClient first) throws IOException {
        RawHttp2Client client = new RawHttp2Client(first.socket(), first.input());
        client.expectReply();
        client.sendPreface();
        return client;
    }

    void sendPreface() throws IOException {
        byte[] window =
                ByteBuffer.wrap(new byte[6]).putShort((short) 4).putInt(streamWindow).array();
        byte[] delta = ByteBuffer.wrap(new byte[4]).putInt(1 << 30).array();
        write(PREFACE);
        send(new Http2Frame(Http2Frame.SETTINGS, 0, 0, window));
        send(new Http2Frame(Http2Frame.WINDOW_UPDATE, 0, 0, delta));
    }

    /** From now on the server's pings get no answer. */
    RawHttp2Client ignorePings() {
        answersPings = false;
        return this;
    }

    /** The server may send so many bytes of a body, and no more. Before the preface. */
    RawHttp2Client takeAtMost(int bytes) {
        streamWindow = bytes;
        return this;
    }

    @Override
    public Client get(String path) throws IOException {
        send(Http2Frame.get(expectReply(), scheme, path));
        return this;
    }

    /** Several at once, in one packet. */
    void getAll(List<String> paths) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String path : paths) {
            all.write(Http2Frame.get(expectReply(), scheme, path).bytes());
        }
        write(all.toByteArray());
    }

    @Override
    public void getUntilBody(String path) throws IOException {
        get(path);
        Reply reply = inbox.reply(nextStream - 2);
        while (!reply.hasBody() && !reply.isOver()) {
            readFrame();
        }
    }

    @Override
    public void beginUpload(int length, String first) throws IOException {
        uploading = expectReply();
        send(Http2Frame.post(uploading, scheme, "/upload", length));
        send(Http2Frame.data(uploading, 0, first));
    }

    @Override
    public void endUpload(String last) throws IOException {
        send(Http2Frame.data(uploading, Http2Frame.END_STREAM, last));
    }

    /** After all of its bytes. */
    void endUploadWithTrailers() throws IOException {
        send(Http2Frame.trailer(uploading, "checksum", "1234"));
    }

    /** Asks for a WebSocket and waits for it. {@return its stream} */
    int openWebSocket(String path) throws IOException {
        int stream = expectReply();
        send(Http2Frame.webSocket(stream, scheme, path));
        while (!inbox.reply(stream).hasStatus() && !inbox.reply(stream).isOver()) {
            readFrame();
        }
        return stream;
    }

    /** Sends bytes by a stream that goes on in another protocol. */
    void sendBytes(int stream, byte[] bytes) throws IOException {
        send(Http2Frame.data(stream, 0, bytes));
    }

    /** {@return the bytes that have come by {@code stream}, once they are so many, or the last of all} */
    byte[] awaitBytes(int stream, int count) throws IOException {
        Reply reply = inbox.reply(stream);
        while (reply.bytes().length < count && !reply.isOver()) {
            readFrame();
        }
        return reply.bytes();
    }

    private int expectReply() {
        int stream = nextStream;
        inbox.expect(stream);
        nextStream += 2;
        return stream;
    }

    @Override
    public Answer receive() throws IOException {
        int stream = inbox.oldest();
        Reply reply = inbox.reply(stream);
        while (!reply.isOver()) {
            readFrame();
        }
        inbox.forget(stream);
        return reply.answer();
    }

    @Override
    public boolean isToldToLeave() {
        return !inbox.goAways().isEmpty();
    }

    /** Waits until the server has said its first words. */
    void awaitSettings() throws IOException {
        while (!inbox.hasSettings()) {
            readFrame();
        }
    }

    /** Waits until the server has reset {@code stream}. */
    void awaitReset(int stream) throws IOException {
        boolean open = true;
        while (open && !inbox.isReset(stream)) {
            open = readFrame();
        }
        if (!inbox.isReset(stream)) {
            throw new EOFException("closed before stream " + stream + " was reset");
        }
    }

    /** Waits for {@code count} GOAWAYs altogether. {@return all there are, or fewer at the end} */
    List<GoAway> awaitGoAways(int count) throws IOException {
        boolean open = true;
        while (open && inbox.goAways().size() < count) {
            open = readFrame();
        }
        return inbox.goAways();
    }

    @Override
    public boolean isClosedByServer() throws IOException {
        int known = inbox.streams();
        while (readFrame()) {
            if (inbox.streams() > known) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean idle(Duration time) throws IOException {
        Deadline end = Deadline.in(time, TimeSource.system());
        try {
            boolean open = true;
            while (open && !isToldToLeave() && !end.isPassed()) {
                socket.setSoTimeout((int) Math.max(1, end.remaining().toMillis()));
                open = readFrame();
            }
            return open && !isToldToLeave();
        } catch (SocketTimeoutException stillOpen) {
            return true;
        } finally {
            socket.setSoTimeout(RawClient.PATIENCE_MILLIS);
        }
    }

    /** Takes in one frame. {@return false if there are no more} */
    private boolean readFrame() throws IOException {
        try {
            Http2Frame frame = Http2Frame.read(in);
            inbox.take(frame);
            reply(frame);
            return true;
        } catch (SocketTimeoutException silent) {
            throw silent;
        } catch (EOFException end) {
            inbox.endAll(Ending.LOST, Ending.TRUNCATED);
        } catch (SocketException | SSLException reset) {
            inbox.endAll(Ending.RESET, Ending.RESET);
        }
        return false;
    }

    private void reply(Http2Frame frame) throws IOException {
        if (frame.type() == Http2Frame.SETTINGS) {
            acknowledge(frame, new byte[0]);
        } else if (frame.type() == Http2Frame.PING && answersPings) {
            acknowledge(frame, frame.payload());
        }
    }

    private void acknowledge(Http2Frame frame, byte[] payload) throws IOException {
        if (!frame.has(Http2Frame.ACK)) {
            try {
                send(new Http2Frame(frame.type(), Http2Frame.ACK, 0, payload));
            } catch (SocketException | SSLException closed) {
                return; // the next read says so
            }
        }
    }

    private void send(Http2Frame frame) throws IOException {
        write(frame.bytes());
    }

    private void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    @Override
    public void reset() throws IOException {
        RawClient.reset(socket);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
