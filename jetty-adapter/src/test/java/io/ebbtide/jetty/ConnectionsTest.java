package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.ShutdownResult;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.concurrent.CompletableFuture;

/** What becomes of a connection with a part of a request. Those with none are in {@link ConnectionsOnEachWireTest}. */
@Timeout(60)
class ConnectionsTest {

    private final Script script = new Script();

    @ParameterizedTest
    @MethodSource("io.ebbtide.jetty.Setup#http1")
    void waitsALittleForTheRestOfARequestHead(Setup setup) throws Exception {
        try (Served served = Served.by(setup, script, Served.AT_ONCE);
                RawClient slow = (RawClient) served.connect()) {
            slow.send("GET /fast HT");
            awaitBytesRead(served, 12);

            CompletableFuture<ShutdownResult> result = served.drain();
            slow.send("TP/1.1\r\nHost: test\r\n\r\n");

            assertThat(slow.receive().isServed()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    private static void awaitBytesRead(Served served, int count) {
        while (served.connector.getConnectedEndPoints().stream()
                .map(Connections::protocol)
                .noneMatch(connection -> connection != null && connection.getBytesIn() >= count)) {
            Thread.onSpinWait();
        }
    }
}
