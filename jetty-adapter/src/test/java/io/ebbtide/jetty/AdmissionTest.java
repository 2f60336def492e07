package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.ShutdownResult;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;

/**
 * Who is still let in once the listener is closed: what only HTTP/1.1 has, and only some numbers of acceptors. The rest is in
 * {@link AdmissionOnEachWireTest}.
 */
@Timeout(60)
class AdmissionTest {

    private final Script script = new Script();

    @ParameterizedTest
    @EnumSource(Pool.class)
    void refusesAnUploadWithoutAskingForItsBody(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script, Served.PATIENTLY);
                RawClient holder = served.client();
                RawClient old = served.client()) {
            old.getUntilBody("/stream");
            holder.get("/wait");
            script.awaitWaiting(2);
            CompletableFuture<ShutdownResult> _ = served.drain();
            script.open();
            assertThat(old.receive().body()).isEqualTo("one-two.");

            old.sendHead("POST /upload HTTP/1.1", "Expect: 100-continue", "Content-Length: 9");
            Answer answer = old.receive();

            assertThat(answer.isUnavailable()).isTrue();
            assertThat(answer.interim()).isEmpty();
            assertThat(old.isClosedByServer()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void doesNotTakeTheBodyOfARefusedRequestForTheNextOne(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script, Served.PATIENTLY);
                RawClient holder = served.client();
                RawClient old = served.client()) {
            old.getUntilBody("/stream");
            holder.get("/later");
            script.awaitWaiting(2);
            CompletableFuture<ShutdownResult> _ = served.drain();
            script.open();
            assertThat(old.receive().body()).isEqualTo("one-two.");

            String smuggled = "GET /fast HTTP/1.1\r\nHost: test\r\n\r\n";
            String body = smuggled + "x".repeat(100_000);
            old.send(
                    "POST /upload HTTP/1.1\r\nHost: test\r\nContent-Length: "
                            + (body.length() + 100)
                            + "\r\n\r\n"
                            + body);
            Answer answer = old.receive();

            assertThat(answer.isUnavailable()).isTrue();
            assertThat(old.isClosedByServer()).isTrue();
            assertThat(script.seen).doesNotContain("/fast", "/upload");
        }
    }

    /** The end of a request and the look at its connection meet, often enough to be first in turn. */
    @ParameterizedTest
    @EnumSource(Pool.class)
    void keepsTheConnectionsOfResponsesThatEndLastForAnAnswer(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script, Served.PATIENTLY)) {
            List<FutureTask<Answer>> clients = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                RawClient client = served.client();
                client.getUntilBody("/stream");
                clients.add(new FutureTask<>(() -> nextAnswer(client)));
            }
            script.awaitWaiting(50);
            CompletableFuture<ShutdownResult> result = served.drain();
            for (FutureTask<Answer> client : clients) {
                Thread.ofPlatform().daemon(true).start(client);
            }
            script.open();

            for (FutureTask<Answer> client : clients) {
                assertThat(client.get().isUnavailable()).isTrue();
            }
            assertThat(result.get().refused()).isEqualTo(50);
        }
    }

    private static Answer nextAnswer(RawClient client) throws IOException {
        try (client) {
            assertThat(client.receive().body()).isEqualTo("one-two.");
            return client.exchange("/fast");
        }
    }

    /** Who waits in the accept queue has been promised a service by the kernel. */
    @ParameterizedTest
    @CsvSource({"VIRTUAL_HANDLERS, 0", "PLATFORM, 0", "PLATFORM, 2"})
    void servesWhoeverIsInTheAcceptQueueHoweverManyAcceptorsThereAre(Pool pool, int acceptors)
            throws Exception {
        try (Served served = Served.by(pool, acceptors, script, Served.AT_ONCE)) {
            served.connector.setAccepting(false);
            List<RawClient> waiting = new ArrayList<>();
            for (int i = 0; i < 20; i++) { // the first ones bring the acceptors out of accept()
                waiting.add(served.client().get("/fast"));
            }

            CompletableFuture<ShutdownResult> result = served.begin();

            for (RawClient client : waiting) {
                assertThat(client.receive().isServed()).isTrue();
                client.close();
            }
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(RawClient.isRefused(served.port())).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"PLATFORM, 0", "ALL_VIRTUAL, 2"})
    void freesThePortHoweverManyAcceptorsThereAre(Pool pool, int acceptors) throws Exception {
        try (Served served = Served.by(pool, acceptors, script, Served.AT_ONCE);
                RawClient client = served.client()) {
            assertThat(client.exchange("/fast").isServed()).isTrue();
            served.shutdown.close();

            try (ServerSocket next = new ServerSocket()) {
                next.setReuseAddress(true);
                next.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), served.port()));
                assertThat(next.isBound()).isTrue();
            }
        }
    }
}
