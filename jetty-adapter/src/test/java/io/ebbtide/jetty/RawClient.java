package io.ebbtide.jetty;

import io.ebbtide.jetty.Answer.Ending;
import io.ebbtide.jetty.Answer.Head;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import javax.net.ssl.SSLException;

/**
 * An HTTP/1.1 client on a bare socket. It retries nothing, follows nothing, and tells exactly how each
 * exchange ended.
 */
final class RawClient implements Client {

    static final int PATIENCE_MILLIS = 30_000;

    private final Socket socket;
    private final InputStream in;
    private boolean toldToLeave;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    static RawClient connect(int port) throws IOException {
        return on(open(port));
    }

    /** On a socket that is connected. */
    static RawClient on(Socket socket) throws IOException {
        return new RawClient(socket);
    }

    static Socket open(int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            return socket;
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    /** One request on a connection of its own. */
    static Answer once(int port, String path) throws IOException {
        try (RawClient client = connect(port)) {
            return client.exchange(path);
        } catch (ConnectException refused) {
            return Answer.none(Ending.REFUSED);
        }
    }

    static boolean isRefused(int port) throws IOException {
        try (RawClient _ = connect(port)) {
            return false;
        } catch (ConnectException refused) {
            return true;
        }
    }

    @Override
    public RawClient get(String path) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n");
    }

    RawClient sendHead(String requestLine, String... headers) throws IOException {
        return send(requestLine + "\r\nHost: test\r\n" + String.join("\r\n", headers) + "\r\n\r\n");
    }

    RawClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    @Override
    public void getUntilBody(String path) throws IOException {
        sendUntilBody("GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n");
    }

    /** Sends a request and returns once the first byte of a body has come. */
    void sendUntilBody(String request) throws IOException {
        send(request);
        in.mark(1 << 16);
        readHead();
        in.read();
        in.reset();
    }

    @Override
    public void beginUpload(int length, String first) throws IOException {
        sendHead("POST /upload HTTP/1.1", "Content-Length: " + length);
        send(first);
    }

    @Override
    public void endUpload(String last) throws IOException {
        send(last);
    }

    /** Its interim responses are included. */
    @Override
    public Answer receive() throws IOException {
        Answer answer = read();
        toldToLeave |= answer.saysClose();
        return answer;
    }

    @Override
    public boolean isToldToLeave() {
        return toldToLeave;
    }

    private Answer read() throws IOException {
        List<Head> interim = new ArrayList<>();
        Head head;
        try {
            in.mark(1);
            if (in.read() < 0) {
                return Answer.none(Ending.LOST);
            }
            in.reset();
            head = readHead();
            while (head.status() < 200 && head.status() != 101) {
                interim.add(head);
                head = readHead();
            }
        } catch (SocketTimeoutException silent) {
            throw silent;
        } catch (EOFException cut) {
            return Answer.none(Ending.TRUNCATED);
        } catch (SocketException | SSLException reset) {
            return Answer.none(Ending.RESET);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        Ending ending = readBody(head, body);
        String text = body.toString(StandardCharsets.UTF_8);
        return new Answer(ending, head.status(), head.headers(), text, interim);
    }

    /** Of an interim response, or one whose body is somebody else's. */
    Head receiveHead() throws IOException {
        return readHead();
    }

    Socket socket() {
        return socket;
    }

    /** {@return what comes after what has been read} */
    InputStream input() {
        return in;
    }

    private Head readHead() throws IOException {
        String statusLine = readLine();
        int status = Integer.parseInt(statusLine.substring(9, 12));
        Map<String, String> headers = new HashMap<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return new Head(status, headers);
    }

    private Ending readBody(Head head, ByteArrayOutputStream body) throws IOException {
        try {
            if ("chunked".equals(head.headers().get("transfer-encoding"))) {
                int size = Integer.parseInt(readLine(), 16);
                while (size > 0) {
                    copy(size, body);
                    readLine();
                    size = Integer.parseInt(readLine(), 16);
                }
                readLine();
            } else if (head.headers().containsKey("content-length")) {
                copy(Integer.parseInt(head.headers().get("content-length")), body);
            } else {
                in.transferTo(body);
            }
            return Ending.COMPLETE;
        } catch (SocketTimeoutException silent) {
            throw silent;
        } catch (EOFException cut) {
            return Ending.TRUNCATED;
        } catch (SocketException | SSLException reset) {
            return Ending.RESET;
        }
    }

    private void copy(int count, ByteArrayOutputStream body) throws IOException {
        byte[] bytes = in.readNBytes(count);
        body.write(bytes);
        if (bytes.length < count) {
            throw new EOFException();
        }
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException();
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    @Override
    public boolean isClosedByServer() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketTimeoutException silent) {
            throw silent;
        } catch (SocketException | SSLException reset) {
            return true;
        }
    }

    /** Reads until the server closes or resets the connection, whatever comes. {@return how many bytes came} */
    long awaitEnd() throws IOException {
        long count = 0;
        try {
            while (in.read() >= 0) {
                count++;
            }
        } catch (SocketTimeoutException silent) {
            throw silent;
        } catch (SocketException reset) {
            return count;
        }
        return count;
    }

    @Override
    public boolean idle(Duration time) throws IOException {
        socket.setSoTimeout((int) Math.max(1, time.toMillis()));
        try {
            return in.read() >= 0;
        } catch (SocketTimeoutException stillOpen) {
            return true;
        } catch (SocketException | SSLException reset) {
            return false;
        } finally {
            socket.setSoTimeout(PATIENCE_MILLIS);
        }
    }

    @Override
    public void reset() throws IOException {
        reset(socket);
    }

    static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    void finishOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Is gone without a goodbye: the server's side is reset. */
    void vanish() throws IOException {
        socket.setSoLinger(/* on= */ true, /* linger= */ 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
