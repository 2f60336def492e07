package io.ebbtide.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Keep-alive connections that each ask again as soon as they are answered, all on one thread: a client that takes as
 * little as it can of the processors that it shares with the server.
 *
 * <p>All answers are equally long. So they are counted by their bytes; of each only the status is looked at.
 */
final class ClosedLoop implements AutoCloseable {

    private static final byte[] REQUEST =
            ("GET " + ServedJetty.TINY + " HTTP/1.1\r\nHost: bench\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);

    /** Where an answer says whether it is a good one: {@code HTTP/1.1 200}. */
    private static final int STATUS_AT = 9;

    private final Selector selector;
    private final List<Talk> talks = new ArrayList<>();
    private final ByteBuffer request = ByteBuffer.allocateDirect(REQUEST.length).put(REQUEST);
    private final ByteBuffer answer = ByteBuffer.allocateDirect(1 << 14);
    private int answerBytes;
    private int waiting;
    private long answers;

    /** One connection, and how much of its answer has not come yet. */
    private static final class Talk {
        final SocketChannel channel;
        int missing;

        Talk(SocketChannel channel) {
            this.channel = channel;
        }
    }

    private ClosedLoop(Selector selector) {
        this.selector = selector;
    }

    /** Connects, and asks once on each connection. */
    static ClosedLoop open(int port, int connections) throws IOException {
        ClosedLoop loop = new ClosedLoop(Selector.open());
        for (int i = 0; i < connections; i++) {
            loop.connect(port);
        }
        return loop;
    }

    private void connect(int port) throws IOException {
        SocketChannel channel =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        Talk talk = new Talk(channel);
        talks.add(talk);
        channel.write(request.rewind());
        answerBytes = readWhole(channel);
        channel.configureBlocking(/* block= */ false);
        SelectionKey _ = channel.register(selector, SelectionKey.OP_READ, talk);
    }

    /** {@return the length of the first answer} */
    private int readWhole(SocketChannel channel) throws IOException {
        answer.clear();
        while (true) {
            if (channel.read(answer) < 0) {
                throw new EOFException("no answer");
            }
            byte[] bytes = new byte[answer.position()];
            answer.get(0, bytes);
            int head = new String(bytes, StandardCharsets.US_ASCII).indexOf("\r\n\r\n");
            if (head >= 0 && bytes.length >= head + 4 + ServedJetty.BODY_BYTES) {
                return bytes.length;
            }
        }
    }

    /** Asks for so long, then waits for the last answers. {@return answers per second} */
    double run(Duration time) throws IOException {
        answers = 0;
        long begin = System.nanoTime();
        long end = begin + time.toNanos();
        for (Talk talk : talks) {
            ask(talk);
        }
        while (waiting > 0) {
            selector.select(key -> take((Talk) key.attachment(), end), 30_000);
        }
        return answers * 1e9 / (System.nanoTime() - begin);
    }

    private void take(Talk talk, long end) {
        try {
            boolean first = talk.missing == answerBytes;
            int count = talk.channel.read(answer.clear());
            if (count < 0 || (first && count > STATUS_AT && answer.get(STATUS_AT) != '2')) {
                throw new IOException("the server ended the connection, or answered an error");
            }
            talk.missing -= count;
            if (talk.missing < 0) {
                throw new IOException("an answer longer than the first");
            }
            if (talk.missing == 0) {
                answers++;
                waiting--;
                if (System.nanoTime() - end < 0) {
                    ask(talk);
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void ask(Talk talk) throws IOException {
        talk.missing = answerBytes;
        waiting++;
        talk.channel.write(request.rewind());
    }

    /** {@return how many answers the latest run had} */
    long answers() {
        return answers;
    }

    @Override
    public void close() throws IOException {
        for (Talk talk : talks) {
            talk.channel.close();
        }
        selector.close();
    }
}
