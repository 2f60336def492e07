package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.jetty.Answer.Ending;
import io.ebbtide.jetty.Http2Inbox.GoAway;
import io.ebbtide.report.ShutdownResult;

import org.eclipse.jetty.http2.server.AbstractHTTP2ServerConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Streams that do not end by themselves while their session says goodbye. */
@ParameterizedClass
@MethodSource("io.ebbtide.jetty.Setup#http2")
@Timeout(60)
class Http2StuckStreamsTest {

    private static final GoAway FIRST = new GoAway(Integer.MAX_VALUE, 0);

    @Parameter private Setup setup;

    private final Script script = new Script();

    @AfterEach
    void letRequestsEnd() {
        script.open();
    }

    @Test
    void areResetAtTheDeadline() throws Exception {
        try (Served served = Served.by(setup, script, Served.BRIEFLY);
                RawHttp2Client client = connect(served)) {
            client.getUntilBody("/stream");
            client.get("/stubborn");
            script.awaitWaiting(2);

            CompletableFuture<ShutdownResult> result = served.begin();

            Answer begun = client.receive();
            assertThat(begun.status()).isEqualTo(200);
            assertThat(begun.ending()).isEqualTo(Ending.TRUNCATED);
            assertThat(client.receive().isUnavailable()).isTrue();
            assertThat(client.isClosedByServer()).isTrue();
            assertThat(client.awaitGoAways(3)).containsExactly(FIRST, new GoAway(3, 0));
            assertThat(result.get().stragglers()).hasSize(2);
        }
    }

    /** It has been written, as far as the application knows; nobody takes it. */
    @Test
    void areCutAtTheDeadlineIfTheClientGivesNoWindow() throws Exception {
        try (Served served = Served.by(setup, script, Served.BRIEFLY);
                RawHttp2Client client = takingAtMost(3, served)) {
            client.getUntilBody("/fast");

            ShutdownResult result = served.begin().get();

            assertThat(result.status()).isEqualTo(ShutdownResult.Status.FORCED);
            assertThat(result.took()).isLessThan(Duration.ofSeconds(5));
            Answer answer = client.receive();
            assertThat(answer.body()).isEqualTo("fas");
            assertThat(answer.ending()).isEqualTo(Ending.TRUNCATED);
        }
    }

    /** The session's own idle timeout has been taken away by then. */
    @Test
    void areEndedByTheirIdleTimeoutIfTheClientSaysNoMore() throws Exception {
        try (Served served = Served.by(setup, script, Served.AT_ONCE)) {
            shortenIdleTimeout(served);
            try (RawHttp2Client client = connect(served)) {
                client.beginUpload(10, "01234");
                script.awaitWaiting(1);

                CompletableFuture<ShutdownResult> result = served.drain();

                assertThat(client.receive().isServed()).isFalse();
                assertThat(client.isClosedByServer()).isTrue();
                assertEndedByThemselves(result.get());
            }
        }
    }

    @Test
    void areEndedByTheirIdleTimeoutIfTheClientGivesNoWindow() throws Exception {
        try (Served served = Served.by(setup, script, Served.AT_ONCE)) {
            shortenIdleTimeout(served);
            try (RawHttp2Client client = takingAtMost(3, served)) {
                client.getUntilBody("/fast");

                CompletableFuture<ShutdownResult> result = served.drain();

                Answer answer = client.receive();
                assertThat(answer.body()).isEqualTo("fas");
                assertThat(answer.ending()).isEqualTo(Ending.TRUNCATED);
                assertEndedByThemselves(result.get());
            }
        }
    }

    private static void shortenIdleTimeout(Served served) {
        served.connector
                .getConnectionFactory(AbstractHTTP2ServerConnectionFactory.class)
                .setStreamIdleTimeout(500);
    }

    private static void assertEndedByThemselves(ShutdownResult result) {
        assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(result.took()).isLessThan(Duration.ofSeconds(10)); // of 20
    }

    private static RawHttp2Client connect(Served served) throws Exception {
        return (RawHttp2Client) served.connect();
    }

    private RawHttp2Client takingAtMost(int bytes, Served served) throws Exception {
        RawHttp2Client client =
                RawHttp2Client.silentOn(setup.wire().dress(RawClient.open(served.port())))
                        .takeAtMost(bytes);
        client.sendPreface();
        return client;
    }
}
