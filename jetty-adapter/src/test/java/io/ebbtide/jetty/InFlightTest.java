package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.jetty.Answer.Ending;
import io.ebbtide.report.ShutdownResult;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What becomes of requests that are in flight when a shutdown begins. */
@Timeout(60)
class InFlightTest {

    private final Script script = new Script();

    @ParameterizedTest
    @EnumSource(Pool.class)
    void waitsForARequestAndAnnouncesTheCloseInItsResponse(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script);
                RawClient client = served.client()) {
            client.get("/wait");
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.drain();
            assertThat(result).isNotDone();
            script.open();

            Answer answer = client.receive();
            assertThat(answer.isServed()).isTrue();
            assertThat(answer.body()).isEqualTo("waited");
            assertThat(answer.saysClose()).isTrue();
            assertThat(client.isClosedByServer()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void completesAResponseThatHasBegunAndThenCloses(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script);
                RawClient client = served.client()) {
            client.getUntilBody("/stream");
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.drain();
            script.open();

            Answer answer = client.receive();
            assertThat(answer.ending()).isEqualTo(Ending.COMPLETE);
            assertThat(answer.body()).isEqualTo("one-two.");
            assertThat(answer.saysClose()).isFalse();
            assertThat(client.isClosedByServer()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void keepsAStreamThatBeginsWhileDrainingChunked(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script, Served.PATIENTLY);
                RawClient holder = served.client();
                RawClient fresh = served.client()) {
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
    @EnumSource(Pool.class)
    void letsAnUploadArriveToItsEnd(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script);
                RawClient client = served.client()) {
            client.send("POST /upload HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\n01234");
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.drain();
            client.send("56789");

            Answer answer = client.receive();
            assertThat(answer.body()).isEqualTo("read 10");
            assertThat(answer.saysClose()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void answers500IfTheHandlerThrows(Pool pool) throws Exception {
        assertThat(statusAfter("/wait-then-throw", pool)).isEqualTo(500);
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void answers500IfTheHandlerFailsItsCallback(Pool pool) throws Exception {
        assertThat(statusAfter("/wait-then-fail", pool)).isEqualTo(500);
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void answers404IfNobodyHandlesTheRequest(Pool pool) throws Exception {
        assertThat(statusAfter("/wait-then-decline", pool)).isEqualTo(404);
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void waitsForARequestThatHasLeftItsThread(Pool pool) throws Exception {
        assertThat(statusAfter("/later", pool)).isEqualTo(200);
    }

    /** The status of a request that ends in the drain, which must then be clean and have an end. */
    private int statusAfter(String path, Pool pool) throws Exception {
        try (Served served = Served.by(pool, script);
                RawClient client = served.client()) {
            client.get(path);
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.drain();
            script.open();

            Answer answer = client.receive();
            assertThat(answer.ending()).isEqualTo(Ending.COMPLETE);
            assertThat(answer.saysClose()).isTrue();
            assertThat(result.get(10, TimeUnit.SECONDS).stragglers()).isEmpty();
            assertThat(served.shutdown.requests().inFlight()).isZero();
            return answer.status();
        }
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void announcesNoCloseInInterimResponses(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script);
                RawClient client = served.client()) {
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
    @EnumSource(Pool.class)
    void announcesNoCloseWhenTheConnectionChangesItsProtocol(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script);
                RawClient client = served.client()) {
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

    @ParameterizedTest
    @EnumSource(Pool.class)
    void endsWithTheLastOfSeveralRequests(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script);
                RawClient first = served.client();
                RawClient second = served.client();
                RawClient third = served.client()) {
            first.get("/wait");
            second.getUntilBody("/length");
            third.get("/later");
            script.awaitWaiting(3);

            CompletableFuture<ShutdownResult> result = served.drain();
            script.open();

            assertThat(first.receive().body()).isEqualTo("waited");
            assertThat(second.receive().body()).isEqualTo("one-two.");
            assertThat(third.receive().body()).isEqualTo("later");
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void changesNothingBeforeAShutdown(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script);
                RawClient client = served.client()) {
            script.open();

            Answer fast = client.exchange("/fast");
            Answer streamed = client.exchange("/stream");
            Answer thrown = client.exchange("/wait-then-throw");
            Answer missing = client.exchange("/nothing-here");

            assertThat(fast.body()).isEqualTo("fast");
            assertThat(fast.headers()).doesNotContainKey("connection");
            assertThat(streamed.body()).isEqualTo("one-two.");
            assertThat(streamed.headers()).doesNotContainKey("connection");
            assertThat(thrown.status()).isEqualTo(500);
            assertThat(missing.status()).isEqualTo(404);
            assertThat(missing.headers()).doesNotContainKey("connection");
        }
    }
}
