package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.ShutdownConfig;
import io.ebbtide.jetty.Answer.Ending;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.Straggler;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What becomes of requests that are still running at the drain deadline, whatever is spoken. */
@ParameterizedClass
@MethodSource("io.ebbtide.jetty.Setup#all")
@Timeout(60)
class CutOnEachWireTest {

    @Parameter private Setup setup;

    private final Script script = new Script();

    @AfterEach
    void letStubbornRequestsEnd() {
        script.open();
    }

    @Test
    void answers503AndInterrupts() throws Exception {
        Straggler straggler = stragglerAnswered503("/wait");

        assertThat(straggler.stack()).anyMatch(at -> at.getMethodName().equals("awaitGate"));
        assertThat(straggler.detail()).isEqualTo("nothing sent, 0 bytes written, 0 read");
        assertThat(script.events).containsExactly("interrupted");
    }

    @Test
    void answers503AlthoughTheHandlerIgnoresInterrupts() throws Exception {
        Straggler _ = stragglerAnswered503("/stubborn");

        assertThat(script.events).containsOnly("ignored an interrupt");
    }

    @Test
    void answers503ToARequestThatNoThreadWorksOn() throws Exception {
        assertThat(stragglerAnswered503("/never").thread()).isEmpty();
    }

    private Straggler stragglerAnswered503(String path) throws Exception {
        try (Served served = Served.by(setup, script, Served.BRIEFLY);
                Client client = served.connect()) {
            client.get(path + "?secret=1");
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.begin();

            Answer answer = client.receive();
            assertThat(answer.isUnavailable()).isTrue();
            assertThat(answer.headers()).containsEntry("retry-after", "1");
            assertThat(answer.body()).doesNotContain("wait", "secret", "etty", "Exception");
            assertThat(client.isToldToLeave()).isTrue();
            assertThat(client.isClosedByServer()).isTrue();
            Straggler straggler = onlyStraggler(result.get());
            assertThat(straggler.name()).isEqualTo("GET " + path);
            assertThat(served.server.isStopped()).isTrue();
            return straggler;
        }
    }

    @Test
    void neverEndsAResponseThatHasBegunAsIfItWereWhole() throws Exception {
        assertCutVisibly("/stream");
    }

    @Test
    void neverEndsAResponseBeforeItsLength() throws Exception {
        assertCutVisibly("/length");
    }

    private void assertCutVisibly(String path) throws Exception {
        try (Served served = Served.by(setup, script, Served.BRIEFLY);
                Client client = served.connect()) {
            client.getUntilBody(path);
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.begin();

            Answer answer = client.receive();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.ending()).isEqualTo(Ending.TRUNCATED);
            assertThat(onlyStraggler(result.get()).detail()).startsWith("response begun, 4 bytes");
            assertThat(script.events).containsExactly("interrupted");
        }
    }

    @Test
    void answersAnUploadThatNeverEnds() throws Exception {
        try (Served served = Served.by(setup, script, Served.BRIEFLY);
                Client client = served.connect()) {
            client.beginUpload(10, "01234");
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.begin();

            assertThat(client.receive().isUnavailable()).isTrue();
            assertThat(onlyStraggler(result.get()).name()).isEqualTo("POST /upload");
        }
    }

    @Test
    void answersAndClosesInTheSameOrderIfThereIsNoTimeAtAll() throws Exception {
        try (Served served = Served.by(setup, script, CutOnEachWireTest::withoutTime);
                Client idle = served.connect();
                Client client = served.connect()) {
            assertThat(idle.exchange("/fast").isServed()).isTrue();
            while (served.shutdown.requests().inFlight() > 0) {
                Thread.onSpinWait(); // its client has had the answer a moment before
            }
            client.get("/wait");
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.begin();

            assertThat(client.receive().isUnavailable()).isTrue();
            assertThat(client.isClosedByServer()).isTrue();
            assertThat(idle.isClosedByServer()).isTrue();
            assertThat(onlyStraggler(result.get()).name()).isEqualTo("GET /wait");
            assertThat(result.get().errors()).isEmpty();
            assertThat(script.events).containsExactly("interrupted");
            assertThat(RawClient.isRefused(served.port())).isTrue();
        }
    }

    private static ShutdownConfig withoutTime(ShutdownConfig config) {
        return Served.AT_ONCE.apply(config).withDrainTimeout(Duration.ZERO);
    }

    private static Straggler onlyStraggler(ShutdownResult result) {
        assertThat(result.status()).isEqualTo(ShutdownResult.Status.FORCED);
        assertThat(result.stragglers()).hasSize(1);
        return result.stragglers().getFirst();
    }
}
