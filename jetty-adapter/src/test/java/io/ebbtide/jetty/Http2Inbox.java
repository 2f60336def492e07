package io.ebbtide.jetty;

import io.ebbtide.jetty.Answer.Ending;

import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.hpack.HpackDecoder;
import org.eclipse.jetty.http2.hpack.HpackException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a server has said on an HTTP/2 connection, and what that means for each stream. For one thread. */
final class Http2Inbox {

    private static final int REFUSED_STREAM = 0x7;

    /** A GOAWAY of the server. */
    record GoAway(int lastStream, int error) {}

    /** What has come by a stream. */
    static final class Reply {

        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private int status;
        private Map<String, String> headers = Map.of();
        private Ending ending;

        boolean hasStatus() {
            return status != 0;
        }

        boolean hasBody() {
            return body.size() > 0;
        }

        boolean isOver() {
            return ending != null;
        }

        /** {@return the body so far} */
        byte[] bytes() {
            return body.toByteArray();
        }

        Answer answer() {
            String text = body.toString(StandardCharsets.UTF_8);
            return new Answer(ending, status, headers, text, List.of());
        }

        private void end(Ending how) {
            if (ending == null) {
                ending = how;
            }
        }
    }

    private final HpackDecoder decoder = new HpackDecoder(8192, System::nanoTime);
    private final Map<Integer, Reply> replies = new LinkedHashMap<>();
    private final List<GoAway> goAways = new ArrayList<>();
    private final List<Integer> resets = new ArrayList<>();
    private boolean hasSettings;

    /** Something has been asked by {@code stream}. */
    void expect(int stream) {
        replies.put(stream, new Reply());
    }

    /** {@return what comes by a stream that something is expected from} */
    Reply reply(int stream) {
        return replies.get(stream);
    }

    /** {@return the oldest stream that something is expected from} */
    int oldest() {
        return replies.keySet().iterator().next();
    }

    void forget(int stream) {
        replies.remove(stream);
    }

    /** {@return by how many streams something has come or is expected} */
    int streams() {
        return replies.size();
    }

    List<GoAway> goAways() {
        return List.copyOf(goAways);
    }

    boolean isReset(int stream) {
        return resets.contains(stream);
    }

    boolean hasSettings() {
        return hasSettings;
    }

    /** Takes in a frame. */
    void take(Http2Frame frame) throws IOException {
        Reply reply = replies.getOrDefault(frame.stream(), new Reply());
        switch (frame.type()) {
            case Http2Frame.DATA -> reply.body.write(frame.payload());
            case Http2Frame.HEADERS -> {
                replies.putIfAbsent(frame.stream(), reply);
                takeHead(reply, frame.payload());
            }
            case Http2Frame.RST_STREAM -> takeReset(frame, reply);
            case Http2Frame.SETTINGS -> hasSettings = true;
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
        if (reply.hasStatus()) {
            reply.end(Ending.TRUNCATED);
        } else {
            reply.end(refused ? Ending.RETRYABLE : Ending.RESET);
        }
    }

    /**
     * The connection has come to its end, and everything on it.
     *
     * @param unsent what that means where no head has come
     * @param begun what it means elsewhere
     */
    void endAll(Ending unsent, Ending begun) {
        endUnserved();
        for (Reply reply : replies.values()) {
            reply.end(reply.hasStatus() ? begun : unsent);
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
}
