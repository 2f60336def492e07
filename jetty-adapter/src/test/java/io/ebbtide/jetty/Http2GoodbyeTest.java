package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.jetty.Answer.Ending;
import io.ebbtide.jetty.Http2Inbox.GoAway;
import io.ebbtide.report.ShutdownResult;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;

/** How an HTTP/2 session ends: two GOAWAYs, a round trip apart, and the streams in between. */
@ParameterizedClass
@MethodSource("io.ebbtide.jetty.Setup#http2")
@Timeout(60)
class Http2GoodbyeTest {

    private static final GoAway FIRST = new GoAway(Integer.MAX_VALUE, 0);

    @Parameter private Setup setup;

    private final Script script = new Script();

    @AfterEach
    void letRequestsEnd() {
        script.open();
    }

    @Test
    void tellsAnIdleSessionTwiceAndCloses() throws Exception {
        try (Served served = Served.by(setup, script, Served.PATIENTLY);
                RawHttp2Client idle = connect(served)) {
            assertThat(idle.exchange("/fast").isServed()).isTrue();
            assertThat(idle.exchange("/fast").isServed()).isTrue();

            CompletableFuture<ShutdownResult> result = served.begin();

            assertThat(idle.awaitGoAways(3)).containsExactly(FIRST, new GoAway(3, 0));
            assertThat(idle.isClosedByServer()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.get().took()).isLessThan(Duration.ofSeconds(5)); // quiet spell: 10 s
        }
    }

    @Test
    void namesNoStreamToASessionThatHasNone() throws Exception {
        try (Served served = Served.by(setup, script, Served.PATIENTLY);
                RawHttp2Client idle = connect(served)) {
            idle.awaitSettings();

            CompletableFuture<ShutdownResult> result = served.begin();

            assertThat(idle.awaitGoAways(3)).containsExactly(FIRST, new GoAway(0, 0));
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @Test
    void servesWhatCrossesTheFirstGoAway() throws Exception {
        try (Served served = Served.by(setup, script, Served.PATIENTLY);
                RawHttp2Client client = connect(served)) {
            assertThat(client.exchange("/fast").isServed()).isTrue();
            client.get("/wait");
            script.awaitWaiting(1);
            CompletableFuture<ShutdownResult> result = served.drain();

            client.getAll(List.of("/fast", "/wait")); // has not read yet what the server says
            script.awaitWaiting(1);
            script.open();

            assertThat(client.receive().isServed()).isTrue();
            assertThat(client.receive().isServed()).isTrue();
            assertThat(client.receive().isServed()).isTrue();
            assertThat(client.awaitGoAways(3)).containsExactly(FIRST, new GoAway(7, 0));
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.get().refused()).isZero();
        }
    }

    @Test
    void waitsForAClientThatDoesNotAnswerPingsUntilTheQuietSpellEnds() throws Exception {
        try (Served served = Served.by(setup, script, Served.AT_ONCE);
                RawHttp2Client client = connect(served).ignorePings()) {
            client.get("/wait");
            script.awaitWaiting(1);
            CompletableFuture<ShutdownResult> result = served.drain();

            assertThat(client.awaitGoAways(2)).containsExactly(FIRST, new GoAway(1, 0));
            script.open();

            assertThat(client.receive().isServed()).isTrue();
            assertThat(client.isClosedByServer()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @Test
    void refusesStreamsAboveTheLastOneAndGoesOnWithTheOthers() throws Exception {
        try (Served served = Served.by(setup, script, Served.PATIENTLY);
                RawHttp2Client client = connect(served)) {
            client.getUntilBody("/stream");
            script.awaitWaiting(1);
            CompletableFuture<ShutdownResult> result = served.drain();
            assertThat(client.awaitGoAways(2)).containsExactly(FIRST, new GoAway(1, 0));

            client.beginUpload(10, "01234"); // its DATA counts for flow control, and does no harm
            client.endUpload("56789");
            client.get("/fast");
            client.awaitReset(3);
            client.awaitReset(5);
            script.open();

            assertThat(client.receive().body()).isEqualTo("one-two.");
            assertThat(client.receive().ending()).isEqualTo(Ending.RETRYABLE);
            assertThat(client.receive().ending()).isEqualTo(Ending.RETRYABLE);
            assertThat(script.seen).containsExactly("/stream");
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @Test
    void readsTheTrailersOfARequestThatIsServed() throws Exception {
        try (Served served = Served.by(setup, script, Served.PATIENTLY);
                RawHttp2Client client = connect(served)) {
            client.beginUpload(5, "01234");
            script.awaitWaiting(1);
            CompletableFuture<ShutdownResult> result = served.drain();
            assertThat(client.awaitGoAways(2)).containsExactly(FIRST, new GoAway(1, 0));

            client.endUploadWithTrailers();

            assertThat(client.receive().body()).isEqualTo("read 5");
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @Test
    void keepsASessionAsLongAsAStreamRuns() throws Exception {
        try (Served served = Served.by(setup, script, Served.PATIENTLY);
                RawHttp2Client client = connect(served)) {
            client.get("/wait");
            client.get("/later");
            client.getUntilBody("/stream");
            script.awaitWaiting(3);

            CompletableFuture<ShutdownResult> result = served.drain();
            assertThat(client.awaitGoAways(2)).hasSize(2);
            assertThat(result).isNotDone();
            script.open();

            assertThat(client.receive().body()).isEqualTo("waited");
            assertThat(client.receive().body()).isEqualTo("later");
            assertThat(client.receive().body()).isEqualTo("one-two.");
            assertThat(client.isClosedByServer()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    /** Nothing may be said before our SETTINGS, which wait for the client's first words. */
    @Test
    void tellsASessionThatIsStillInItsPreface() throws Exception {
        try (Served served = Served.by(setup, script, Served.PATIENTLY);
                RawHttp2Client holder = connect(served);
                RawHttp2Client late = RawHttp2Client.silentOn(setup.wire().dress(open(served)))) {
            holder.get("/wait");
            script.awaitWaiting(1);
            CompletableFuture<ShutdownResult> result = served.drain();

            late.sendPreface();
            late.get("/fast");

            assertThat(late.receive().isServed()).isTrue();
            assertThat(late.awaitGoAways(3)).containsExactly(FIRST, new GoAway(1, 0));
            script.open();
            assertThat(holder.receive().isServed()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @Test
    void doesNotWaitForASessionThatNeverSendsItsPreface() throws Exception {
        try (Served served = Served.by(setup, script, Served.AT_ONCE);
                Socket silent = setup.wire().dress(open(served))) {
            ShutdownResult result = served.begin().get();

            assertThat(silent.getInputStream().read()).isNegative();
            assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.took()).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void saysTheSameOnceHoweverOftenItIsAskedTo() throws Exception {
        try (Served served = Served.by(setup, script, Served.PATIENTLY);
                RawHttp2Client client = connect(served)) {
            client.getUntilBody("/stream");
            script.awaitWaiting(1);
            CompletableFuture<ShutdownResult> result = served.drain();
            assertThat(client.awaitGoAways(2)).hasSize(2);

            CompletableFuture<ShutdownResult> again = served.begin();
            FutureTask<Void> stop = stopping(served);
            while (!served.server.isStopping()) {
                Thread.onSpinWait();
            }
            script.open();

            assertThat(client.receive().body()).isEqualTo("one-two.");
            assertThat(client.awaitGoAways(3)).containsExactly(FIRST, new GoAway(1, 0));
            stop.get();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(again.get()).isSameAs(result.get());
        }
    }

    private static FutureTask<Void> stopping(Served served) {
        FutureTask<Void> stop =
                new FutureTask<>(
                        () -> {
                            served.server.stop();
                            return null;
                        });
        Thread.ofPlatform().daemon(true).start(stop);
        return stop;
    }

    @Test
    void isNotDisturbedByASessionThatTheClientHasClosed() throws Exception {
        try (Served served = Served.by(setup, script, Served.AT_ONCE)) {
            RawHttp2Client gone = connect(served);
            assertThat(gone.exchange("/fast").isServed()).isTrue();
            gone.close();

            ShutdownResult result = served.begin().get();

            assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    private RawHttp2Client connect(Served served) throws Exception {
        return (RawHttp2Client) served.connect();
    }

    private static Socket open(Served served) throws Exception {
        return RawClient.open(served.port());
    }
}
