package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.jetty.Answer.Ending;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.Straggler;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.concurrent.CompletableFuture;

/** What becomes of requests that are still running at the drain deadline. */
@Timeout(60)
class CutTest {

    private final Script script = new Script();

    @AfterEach
    void letStubbornRequestsEnd() {
        script.open();
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void answers503AndInterrupts(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script, Served.BRIEFLY);
                RawClient client = served.client()) {
            client.get("/wait?secret=1");
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.begin();

            assertIsWhole503(client.receive());
            Straggler straggler = onlyStraggler(result.get());
            assertThat(straggler.name()).isEqualTo("GET /wait");
            assertThat(straggler.stack()).anyMatch(at -> at.getMethodName().equals("awaitGate"));
            assertThat(straggler.detail()).isEqualTo("nothing sent, 0 bytes written, 0 read");
            assertThat(script.events).containsExactly("interrupted");
        }
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void answers503AlthoughTheHandlerIgnoresInterrupts(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script, Served.BRIEFLY);
                RawClient client = served.client()) {
            client.get("/stubborn");
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.begin();

            assertIsWhole503(client.receive());
            assertThat(client.isClosedByServer()).isTrue();
            assertThat(onlyStraggler(result.get()).name()).isEqualTo("GET /stubborn");
            assertThat(script.events).containsOnly("ignored an interrupt");
            assertThat(served.server.isStopped()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void answers503ToARequestThatNoThreadWorksOn(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script, Served.BRIEFLY);
                RawClient client = served.client()) {
            client.get("/never");
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.begin();

            assertIsWhole503(client.receive());
            assertThat(client.isClosedByServer()).isTrue();
            assertThat(onlyStraggler(result.get()).thread()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void neverEndsAChunkedResponseAsIfItWereWhole(Pool pool) throws Exception {
        assertThat(endingOfCutResponse("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n", pool))
                .isEqualTo(Ending.TRUNCATED);
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void neverEndsAResponseBeforeItsLength(Pool pool) throws Exception {
        assertThat(endingOfCutResponse("GET /length HTTP/1.1\r\nHost: test\r\n\r\n", pool))
                .isEqualTo(Ending.TRUNCATED);
    }

    /** Such a response has no end but that of the connection: only a reset shows that it was cut. */
    @ParameterizedTest
    @EnumSource(Pool.class)
    void resetsAResponseThatOnlyTheConnectionWouldEnd(Pool pool) throws Exception {
        assertThat(endingOfCutResponse("GET /stream HTTP/1.0\r\nHost: test\r\n\r\n", pool))
                .isEqualTo(Ending.RESET);
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void resetsAResponseToAClientThatAskedForTheClose(Pool pool) throws Exception {
        String request = "GET /stream HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
        assertThat(endingOfCutResponse(request, pool)).isEqualTo(Ending.RESET);
    }

    private Ending endingOfCutResponse(String request, Pool pool) throws Exception {
        try (Served served = Served.by(pool, script, Served.BRIEFLY);
                RawClient client = served.client()) {
            client.sendUntilBody(request);
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.begin();

            Answer answer = client.receive();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(onlyStraggler(result.get()).detail()).startsWith("response begun, 4 bytes");
            return answer.ending();
        }
    }

    private static void assertIsWhole503(Answer answer) {
        assertThat(answer.isUnavailable()).isTrue();
        assertThat(answer.saysClose()).isTrue();
        assertThat(answer.headers()).containsEntry("retry-after", "1");
        assertThat(answer.body()).doesNotContain("wait", "secret", "etty", "Exception");
    }

    private static Straggler onlyStraggler(ShutdownResult result) {
        assertThat(result.status()).isEqualTo(ShutdownResult.Status.FORCED);
        assertThat(result.stragglers()).hasSize(1);
        return result.stragglers().getFirst();
    }
}
