package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.jetty.Answer.Ending;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.Straggler;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * What becomes of requests that are still running at the drain deadline, as far as only HTTP/1.1 knows such. The rest is in
 * {@link CutOnEachWireTest}.
 */
@Timeout(60)
class CutTest {

    private final Script script = new Script();

    @AfterEach
    void letStubbornRequestsEnd() {
        script.open();
    }

    /** The handler waits, heeds its interrupt, and then reads after all. */
    @ParameterizedTest
    @MethodSource("io.ebbtide.jetty.Setup#http1")
    void neverAsksForABodyThatTheClientHasOffered(Setup setup) throws Exception {
        Handler late =
                new Handler.Wrapper(script) {
                    @Override
                    public boolean handle(Request request, Response response, Callback callback)
                            throws Exception {
                        try {
                            return super.handle(request, response, callback);
                        } catch (InterruptedException interrupted) {
                            ByteBuffer _ = Content.Source.asByteBuffer(request);
                            throw interrupted;
                        }
                    }
                };
        try (Served served = Served.by(setup, late, Served.BRIEFLY);
                RawClient client = (RawClient) served.connect()) {
            client.sendHead("POST /wait HTTP/1.1", "Expect: 100-continue", "Content-Length: 9");
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.begin();

            Answer answer = client.receive();
            assertIsWhole503(answer);
            assertThat(answer.interim()).isEmpty();
            assertThat(client.isClosedByServer()).isTrue();
            assertThat(onlyStraggler(result.get()).name()).isEqualTo("POST /wait");
            assertThat(script.events).containsExactly("interrupted");
        }
    }

    /** Such a response has no end but that of the connection: only a reset shows that it was cut. */
    @ParameterizedTest
    @MethodSource("io.ebbtide.jetty.Setup#http1")
    void resetsAResponseThatOnlyTheConnectionWouldEnd(Setup setup) throws Exception {
        assertThat(endingOfCutResponse("GET /stream HTTP/1.0\r\nHost: test\r\n\r\n", setup))
                .isEqualTo(Ending.RESET);
    }

    @ParameterizedTest
    @MethodSource("io.ebbtide.jetty.Setup#http1")
    void resetsAResponseToAClientThatAskedForTheClose(Setup setup) throws Exception {
        String request = "GET /stream HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
        assertThat(endingOfCutResponse(request, setup)).isEqualTo(Ending.RESET);
    }

    private Ending endingOfCutResponse(String request, Setup setup) throws Exception {
        try (Served served = Served.by(setup, script, Served.BRIEFLY);
                RawClient client = (RawClient) served.connect()) {
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
