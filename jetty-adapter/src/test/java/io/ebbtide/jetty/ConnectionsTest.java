package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownResult;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What becomes of connections that hold no request. */
@Timeout(60)
class ConnectionsTest {

    private final Script script = new Script();

    @ParameterizedTest
    @EnumSource(Pool.class)
    void closesIdleConnectionsLongBeforeTheDeadline(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script)) {
            List<RawClient> idle = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                RawClient client = served.client();
                assertThat(client.exchange("/fast").isServed()).isTrue();
                idle.add(client);
            }

            ShutdownResult result = served.begin().get();

            for (RawClient client : idle) {
                assertThat(client.isClosedByServer()).isTrue();
                client.close();
            }
            assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.took()).isLessThan(Duration.ofSeconds(5)); // idle timeout: 30 s
        }
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void closesAnIdleConnectionWhileARequestRuns(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script);
                RawClient idle = served.client();
                RawClient client = served.client()) {
            assertThat(idle.exchange("/fast").isServed()).isTrue();
            client.get("/wait");
            script.awaitWaiting(1);

            CompletableFuture<ShutdownResult> result = served.drain();

            assertThat(idle.isClosedByServer()).isTrue();
            assertThat(result).isNotDone();
            script.open();
            assertThat(client.receive().isServed()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void doesNotWaitForAConnectionThatNeverSendsAnything(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script);
                RawClient silent = served.client()) {
            ShutdownResult result = served.begin().get();

            assertThat(silent.isClosedByServer()).isTrue();
            assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.took()).isLessThan(Duration.ofSeconds(5));
        }
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void waitsALittleForTheRestOfARequestHead(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script);
                RawClient slow = served.client()) {
            slow.send("GET /fast HT");
            awaitBytesRead(served, 12);

            CompletableFuture<ShutdownResult> result = served.drain();
            slow.send("TP/1.1\r\nHost: test\r\n\r\n");

            assertThat(slow.receive().isServed()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void cutsOffAHeadThatIsNeverFinished(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script);
                RawClient slow = served.client()) {
            slow.send("GET /fast HT");

            ShutdownResult result = served.begin().get();

            assertThat(slow.isClosedByServer()).isTrue();
            assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.took()).isLessThan(Duration.ofSeconds(5));
        }
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void announcesTheCloseInEveryResponseOfTheLameDuckTime(Pool pool) throws Exception {
        try (Served served =
                        Served.by(
                                pool,
                                script,
                                config -> config.withLameDuck(Duration.ofSeconds(10)));
                RawClient old = served.client();
                RawClient other = served.client()) {
            assertThat(old.exchange("/fast").saysClose()).isFalse();

            CompletableFuture<ShutdownResult> result = served.begin();
            awaitAnnouncement(served);
            Answer onOld = old.exchange("/fast");
            Answer missing = other.exchange("/nothing-here");
            Answer onNew = RawClient.once(served.port(), "/fast");

            assertThat(onOld.isServed()).isTrue();
            assertThat(onOld.saysClose()).isTrue();
            assertThat(old.isClosedByServer()).isTrue();
            assertThat(missing.status()).isEqualTo(404);
            assertThat(missing.saysClose()).isTrue();
            assertThat(onNew.isServed()).isTrue();
            assertThat(onNew.saysClose()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @ParameterizedTest
    @EnumSource(Pool.class)
    void takesNoTimeWhenNothingIsThere(Pool pool) throws Exception {
        try (Served served = Served.by(pool, script)) {
            ShutdownResult result = served.begin().get();

            assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(result.took()).isLessThan(Duration.ofMillis(500));
            assertThat(served.shutdown.progress().phase()).isEqualTo(ShutdownPhase.COMPLETED);
        }
    }

    /** The first probe that says no has seen the announcement. */
    private static void awaitAnnouncement(Served served) throws Exception {
        while (RawClient.once(served.port(), "/ready").status() != 503) {
            Thread.onSpinWait();
        }
    }

    private static void awaitBytesRead(Served served, int count) {
        while (served.connector.getConnectedEndPoints().stream()
                .noneMatch(endPoint -> endPoint.getConnection().getBytesIn() >= count)) {
            Thread.onSpinWait();
        }
    }
}
