package io.ebbtide.jetty;

import io.ebbtide.jetty.Answer.Ending;
import io.ebbtide.work.Deadline;
import io.ebbtide.work.TimeSource;

import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.hpack.HpackDecoder;
import org.eclipse.jetty.http2.hpack.HpackException;

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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/**
 * HTTP/2 frame by frame on a bare socket. It reads only while it waits for something, and opens streams
 * whatever the server has said, as a client does whose request and the server's GOAWAY cross.
 */
final class RawHttp2Client implements Client {

    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int REFUSED_STREAM = 0x7;

    /** A GOAWAY of the server. */
    record GoAway(int lastStream, int error) {}

    private final Socket socket;
    private final DataInputStream in;
    private final String scheme;
    private final HpackDecoder decoder = new HpackDecoder(8192, System::nanoTime);
    private final Map<Integer, Reply> replies = new LinkedHashMap<>();
    private final List<GoAway> goAways = new ArrayList<>();
    private final List<Integer> resets = new ArrayList<>();
    private boolean answersPings = true;
    private boolean hasSettings;
    private int streamWindow = 1 << 30;
    private int nextStream = 1;
    private int uploading;

    /** What has come by a stream. */
    private static final class Reply {
        int status;
        Map<String, String> headers = Map.of();
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        Ending ending;

        void end(Ending how) {
            if (ending == null) {
                ending = how;
            }
        }
    }

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
        Reply reply = replies.get(nextStream - 2);
        while (reply.body.size() == 0 && reply.ending == null) {
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

    private int expectReply() {
        int stream = nextStream;
        replies.put(stream, new Reply());
        nextStream += 2;
        return stream;
    }

    @Override
    public Answer receive() throws IOException {
        int stream = replies.keySet().iterator().next();
        Reply reply = replies.get(stream);
        while (reply.ending == null) {
            readFrame();
        }
        replies.remove(stream);
        String body = reply.body.toString(StandardCharsets.UTF_8);
        return new Answer(reply.ending, reply.status, reply.headers, body, List.of());
    }

    @Override
    public boolean isToldToLeave() {
        return !goAways.isEmpty();
    }

    /** Waits until the server has said its first words. */
    void awaitSettings() throws IOException {
        while (!hasSettings) {
            readFrame();
        }
    }

    /** Waits until the server has reset {@code stream}. */
    void awaitReset(int stream) throws IOException {
        boolean open = true;
        while (open && !resets.contains(stream)) {
            open = readFrame();
        }
        if (!resets.contains(stream)) {
            throw new EOFException("closed before stream " + stream + " was reset");
        }
    }

    /** Waits for {@code count} GOAWAYs altogether. {@return all there are, or fewer at the end} */
    List<GoAway> awaitGoAways(int count) throws IOException {
        boolean open = true;
        while (open && goAways.size() < count) {
            open = readFrame();
        }
        return List.copyOf(goAways);
    }

    @Override
    public boolean isClosedByServer() throws IOException {
        int known = replies.size();
        while (readFrame()) {
            if (replies.size() > known) {
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
            take(Http2Frame.read(in));
            return true;
        } catch (SocketTimeoutException silent) {
            throw silent;
        } catch (EOFException end) {
            endAll(Ending.LOST, Ending.TRUNCATED);
        } catch (SocketException | SSLException reset) {
            endAll(Ending.RESET, Ending.RESET);
        }
        return false;
    }

    private void endAll(Ending unsent, Ending begun) {
        endUnserved();
        for (Reply reply : replies.values()) {
            reply.end(reply.status == 0 ? unsent : begun);
        }
    }

    /** What the server has promised not to serve. */
    private void endUnserved() {
        int last = goAways.stream().mapToInt(GoAway::lastStream).min().orElse(Integer.MAX_VALUE);
        replies.forEach(
                (stream, reply) -> {
                    if (stream > last) {
                        reply.end(Ending.RETRYABLE);
                    }
                });
    }

    private void take(Http2Frame frame) throws IOException {
        Reply reply = replies.getOrDefault(frame.stream(), new Reply());
        switch (frame.type()) {
            case Http2Frame.DATA -> reply.body.write(frame.payload());
            case Http2Frame.HEADERS -> {
                replies.putIfAbsent(frame.stream(), reply);
                takeHead(reply, frame.payload());
            }
            case Http2Frame.RST_STREAM -> takeReset(frame, reply);
            case Http2Frame.SETTINGS -> {
                hasSettings = true;
                acknowledge(frame, new byte[0]);
            }
            case Http2Frame.PING -> {
                if (answersPings) {
                    acknowledge(frame, frame.payload());
                }
            }
            case Http2Frame.GOAWAY -> {
                ByteBuffer payload = ByteBuffer.wrap(frame.payload());
                goAways.add(new GoAway(payload.getInt(), payload.getInt()));
                endUnserved();
            }
            default -> {}
        }
        if (frame.type() <= Http2Frame.HEADERS && frame.has(Http2Frame.END_STREAM)) {
            reply.end(Ending.COMPLETE);
        }
    }

    private void takeHead(Reply reply, byte[] block) throws IOException {
        try {
            if (decoder.decode(ByteBuffer.wrap(block)) instanceof MetaData.Response head
                    && head.getStatus() >= 200) {
                Map<String, String> headers = new LinkedHashMap<>();
                head.getHttpFields()
                        .forEach(field -> headers.put(field.getLowerCaseName(), field.getValue()));
                reply.status = head.getStatus();
                reply.headers = headers;
            }
        } catch (HpackException broken) {
            throw new IOException(broken);
        }
    }

    private void takeReset(Http2Frame frame, Reply reply) {
        resets.add(frame.stream());
        boolean refused = ByteBuffer.wrap(frame.payload()).getInt() == REFUSED_STREAM;
        if (reply.status != 0) {
            reply.end(Ending.TRUNCATED);
        } else {
            reply.end(refused ? Ending.RETRYABLE : Ending.RESET);
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
