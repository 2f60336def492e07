package io.ebbtide.resource;

import io.ebbtide.work.Deadline;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;

/** The JDK's HTTP client, whose own {@code close} waits for its requests without end. */
final class HttpClientClosing {

    private HttpClientClosing() {}

    static Optional<TimedAction> of(AutoCloseable instance) {
        return instance instanceof HttpClient client
                ? Optional.of(end -> close(client, end))
                : Optional.empty();
    }

    private static void close(HttpClient client, Deadline end) throws InterruptedException {
        client.shutdown();
        Duration patience = Patience.before(end).remaining();
        if (!client.awaitTermination(patience)) {
            client.shutdownNow();
            client.awaitTermination(Duration.ofDays(1));
            throw new IllegalStateException(
                    "requests were still under way after "
                            + patience.toMillis()
                            + " ms and were aborted");
        }
    }
}
