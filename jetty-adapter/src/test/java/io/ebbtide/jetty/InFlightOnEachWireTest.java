package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.jetty.Answer.Ending;
import io.ebbtide.report.ShutdownResult;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What becomes of requests that are in flight when a shutdown begins, whatever is spoken. */
@ParameterizedClass
@MethodSource("io.ebbtide.jetty.Setup#all")
@Timeout(60)
class InFlightOnEachWireTest {

    @Parameter private Setup setup;

    private final Script script = new Script();

    @Test
    void waitsForARequestAndTellsItsClientToLeave() throws Exception {
        try (Served served = Served.by(setup, script, Served.AT_ONCE);
                Client client = served.connect()) {
            client.get("/wait");
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.drain();
            assertThat(result).isNotDone();
            script.open();

            Answer answer = client.receive();
            assertThat(answer.isServed()).isTrue();
            assertThat(answer.body()).isEqualTo("waited");
            assertThat(answer.headers().containsKey("connection"))
                    .isEqualTo(!setup.wire().isHttp2()); // RFC 9113 §8.2.2
            assertThat(client.isToldToLeave()).isTrue();
            assertThat(client.isClosedByServer()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @Test
    void completesAResponseThatHasBegunAndThenCloses() throws Exception {
        try (Served served = Served.by(setup, script, Served.AT_ONCE);
                Client client = served.connect()) {
            client.getUntilBody("/stream");
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.drain();
            script.open();

            Answer answer = client.receive();
            assertThat(answer.ending()).isEqualTo(Ending.COMPLETE);
            assertThat(answer.body()).isEqualTo("one-two.");
            assertThat(answer.saysClose()).isFalse(); // it had been sent before
            assertThat(client.isClosedByServer()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @Test
    void letsAnUploadArriveToItsEnd() throws Exception {
        try (Served served = Served.by(setup, script, Served.AT_ONCE);
                Client client = served.connect()) {
            client.beginUpload(10, "01234");
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.drain();
            client.endUpload("56789");

            assertThat(client.receive().body()).isEqualTo("read 10");
            assertThat(client.isToldToLeave()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @Test
    void answers500IfTheHandlerThrows() throws Exception {
        assertThat(statusAfter("/wait-then-throw")).isEqualTo(500);
    }

    @Test
    void answers500IfTheHandlerFailsItsCallback() throws Exception {
        assertThat(statusAfter("/wait-then-fail")).isEqualTo(500);
    }

    @Test
    void answers404IfNobodyHandlesTheRequest() throws Exception {
        assertThat(statusAfter("/wait-then-decline")).isEqualTo(404);
    }

    @Test
    void waitsForARequestThatHasLeftItsThread() throws Exception {
        assertThat(statusAfter("/later")).isEqualTo(200);
    }

    private int statusAfter(String path) throws Exception {
        try (Served served = Served.by(setup, script, Served.AT_ONCE);
                Client client = served.connect()) {
            client.get(path);
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.drain();
            script.open();

            Answer answer = client.receive();
            assertThat(answer.ending()).isEqualTo(Ending.COMPLETE);
            assertThat(client.isToldToLeave()).isTrue();
            assertThat(result.get(10, TimeUnit.SECONDS).stragglers()).isEmpty();
            assertThat(served.shutdown.requests().inFlight()).isZero();
            return answer.status();
        }
    }

    @Test
    void endsWithTheLastOfSeveralRequests() throws Exception {
        try (Served served = Served.by(setup, script, Served.AT_ONCE);
                Client first = served.connect();
                Client second = served.connect();
                Client third = served.connect()) {
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

    @Test
    void changesNothingBeforeAShutdown() throws Exception {
        try (Served served = Served.by(setup, script, Served.AT_ONCE);
                Client client = served.connect()) {
            script.open();

            assertThat(client.exchange("/fast").body()).isEqualTo("fast");
            assertThat(client.exchange("/stream").body()).isEqualTo("one-two.");
            assertThat(client.exchange("/wait-then-throw").status()).isEqualTo(500);
            assertThat(client.exchange("/nothing-here").status()).isEqualTo(404);
            assertThat(client.isToldToLeave()).isFalse();
        }
    }

    @Test
    void doesNotWaitForAClientThatHasVanished() throws Exception {
        try (Served served = Served.by(setup, script, Served.AT_ONCE);
                Client client = served.connect()) {
            client.getUntilBody("/stream");
            script.awaitWaiting(1);
            CompletableFuture<ShutdownResult> result = served.drain();

            client.reset();
            script.open();

            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(served.shutdown.requests().inFlight()).isZero();
        }
    }

    /** More than sockets hold of a client that has not read yet: the drain waits for it. */
    @Test
    void sendsAllThatHasBeenWrittenBeforeItCloses() throws Exception {
        int length = 4 << 20;
        CountDownLatch writing = new CountDownLatch(1);
        Handler big =
                new Handler.Abstract() {
                    @Override
                    public boolean handle(Request request, Response response, Callback callback) {
                        writing.countDown();
                        response.write(true, ByteBuffer.allocate(length), callback);
                        return true;
                    }
                };
        try (Served served = Served.by(setup, big, Served.AT_ONCE);
                Client client = served.connect()) {
            client.get("/big");
            writing.await();

            CompletableFuture<ShutdownResult> result = served.drain();

            Answer answer = client.receive();
            assertThat(answer.ending()).isEqualTo(Ending.COMPLETE);
            assertThat(answer.body()).hasSize(length);
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }
}
