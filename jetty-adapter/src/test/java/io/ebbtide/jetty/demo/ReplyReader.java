package io.ebbtide.jetty.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Reads HTTP/1.1 answers from a plain stream and never mistakes a cut one for a whole one: an
 * answer ends where its {@code Content-Length} or its last chunk says, not where the connection
 * does.
 */
final class ReplyReader {

    private final InputStream in;

    ReplyReader(InputStream in) {
        this.in = in;
    }

    /** Reads one answer to its end and says how much of it came. */
    Received read() {
        String firstLine;
        try {
            firstLine = readLine();
        } catch (FirstByteMissing e) {
            return new Received.Nothing(e.getMessage());
        } catch (IOException e) {
            return new Received.Part("in its first line: " + e.getMessage());
        }
        try {
            Reply head = readHead(firstLine);
            return new Received.Whole(head.withBody(readBody(head)));
        } catch (IOException e) {
            return new Received.Part(firstLine + ", then: " + e.getMessage());
        }
    }

    /** Reads the status line and the headers, and leaves the body unread. */
    Reply readHead() throws IOException {
        return readHead(readLine());
    }

    private Reply readHead(String statusLine) throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return new Reply(Integer.parseInt(statusLine.substring(9, 12)), headers, "");
    }

    private String readBody(Reply head) throws IOException {
        if (head.endsWithConnection()) {
            return new String(in.readAllBytes(), US_ASCII);
        }
        if (!head.isChunked()) {
            return readBytes(head.contentLength());
        }
        StringBuilder body = new StringBuilder();
        for (String chunk = readChunk(); !chunk.isEmpty(); chunk = readChunk()) {
            body.append(chunk);
        }
        return body.toString();
    }

    /** Reads the next chunk of a body; the last one is empty. */
    String readChunk() throws IOException {
        String size = readLine();
        if (size.isEmpty()) {
            size = readLine(); // Jetty sends the line end of a chunk together with the next one
        }
        String chunk = readBytes(Integer.parseInt(size, 16));
        if (chunk.isEmpty()) {
            readLine();
        }
        return chunk;
    }

    private String readBytes(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("ended after %d of %d bytes".formatted(bytes.length, length));
        }
        return new String(bytes, US_ASCII);
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = firstByte(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("ended in the line '%s'".formatted(line));
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    private int firstByte() throws FirstByteMissing {
        try {
            int first = in.read();
            if (first >= 0) {
                return first;
            }
        } catch (IOException e) {
            throw new FirstByteMissing(String.valueOf(e.getMessage()));
        }
        throw new FirstByteMissing("closed without an answer");
    }

    /** The connection ended between two lines; before the first one this means: no answer. */
    private static final class FirstByteMissing extends IOException {
        private static final long serialVersionUID = 1L;

        FirstByteMissing(String message) {
            super(message);
        }
    }
}
