package io.ebbtide.jetty.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks again and again whether the service wants requests, as a load balancer does, each time on a
 * new connection, until the door is closed.
 */
final class ReadinessProbe implements Runnable {

    private static final Duration INTERVAL = Duration.ofMillis(50);
    private static final byte[] REQUEST =
            "GET /ready HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII);

    private final int port;
    private final AtomicInteger refusals = new AtomicInteger();

    ReadinessProbe(int port) {
        this.port = port;
    }

    @Override
    public void run() {
        try {
            while (true) {
                probe();
                Thread.sleep(INTERVAL);
            }
        } catch (IOException _) {
            // The door is closed: a balancer has nothing more to ask.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void probe() throws IOException {
        try (ClientConnection connection = ClientConnection.open(port)) {
            if (connection.exchange(REQUEST) instanceof Received.Whole(Reply reply)
                    && reply.status() == 503) {
                refusals.incrementAndGet();
            }
        }
    }

    /**
     * {@return how often the service said that it wants no more requests, while it still answered}
     */
    int refusals() {
        return refusals.get();
    }
}
