package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.jetty.Answer.Ending;
import io.ebbtide.report.ShutdownResult;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.concurrent.CompletableFuture;

/** What only responses of HTTP/1.1 have to say while a service drains. The rest is in {@link InFlightOnEachWireTest}. */
@Timeout(60)
class InFlightTest {

    private final Script script = new Script();

    @ParameterizedTest
    @MethodSource("io.ebbtide.jetty.Setup#http1")
    void keepsAStreamThatBeginsWhileDrainingChunked(Setup setup) throws Exception {
        try (Served served = Served.by(setup, script, Served.PATIENTLY);
                RawClient holder = (RawClient) served.connect();
                RawClient fresh = (RawClient) served.connect()) {
            holder.get("/wait");
            script.awaitWaiting(1);
            CompletableFuture<ShutdownResult> result = served.drain();

            fresh.get("/stream");
            script.awaitWaiting(1);
            script.open();

            Answer answer = fresh.receive();
            assertThat(answer.ending()).isEqualTo(Ending.COMPLETE);
            assertThat(answer.headers()).containsEntry("transfer-encoding", "chunked");
            assertThat(answer.saysClose()).isTrue();
            assertThat(holder.receive().isServed()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @ParameterizedTest
    @MethodSource("io.ebbtide.jetty.Setup#http1")
    void announcesNoCloseInInterimResponses(Setup setup) throws Exception {
        try (Served served = Served.by(setup, script, Served.AT_ONCE);
                RawClient client = (RawClient) served.connect()) {
            client.get("/hints");
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.drain();
            script.open();

            Answer answer = client.receive();
            assertThat(answer.body()).isEqualTo("hinted");
            assertThat(answer.saysClose()).isTrue();
            assertThat(answer.interim()).hasSize(2);
            assertThat(answer.interim())
                    .allSatisfy(head -> assertThat(head.headers()).containsOnlyKeys("link"));
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @ParameterizedTest
    @MethodSource("io.ebbtide.jetty.Setup#http1")
    void announcesNoCloseWhenTheConnectionChangesItsProtocol(Setup setup) throws Exception {
        try (Served served = Served.by(setup, script, Served.AT_ONCE);
                RawClient client = (RawClient) served.connect()) {
            client.get("/upgrade");
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.drain();
            script.open();

            Answer answer = client.receive();
            assertThat(answer.status()).isEqualTo(101);
            assertThat(answer.headers()).containsEntry("connection", "Upgrade");
            assertThat(result.get().stragglers()).isEmpty();
        }
    }
}
