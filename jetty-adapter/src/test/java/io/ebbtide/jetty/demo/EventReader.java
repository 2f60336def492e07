package io.ebbtide.jetty.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** Reads one stream of events to its end and says how it ended. */
final class EventReader implements Callable<EventReader.End> {

    /** How a stream of events ended. */
    enum End {
        /** With a goodbye as its last event, and whole. */
        GOODBYE,
        /** In any other way. */
        CUT
    }

    private static final byte[] REQUEST =
            "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII);

    private final int port;
    private final CountDownLatch opened;

    /**
     * @param opened counted down when the stream's first event has come
     */
    EventReader(int port, CountDownLatch opened) {
        this.port = port;
        this.opened = opened;
    }

    @Override
    public End call() throws IOException {
        try (ClientConnection connection = ClientConnection.open(port)) {
            Reply head = connection.begin(REQUEST);
            if (head.status() != 200 || !head.isChunked()) {
                return End.CUT;
            }
            return readToEnd(connection.replies());
        }
    }

    private End readToEnd(ReplyReader replies) {
        String last = "";
        try {
            for (String event = replies.readChunk(); !event.isEmpty(); ) {
                opened.countDown();
                last = event;
                event = replies.readChunk();
            }
        } catch (IOException _) {
            return End.CUT;
        }
        return last.startsWith("event: goodbye") ? End.GOODBYE : End.CUT;
    }
}
