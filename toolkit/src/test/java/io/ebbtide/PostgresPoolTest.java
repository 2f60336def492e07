package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;

import io.ebbtide.report.Outcome;
import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.resource.Resource;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.Fork;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** HikariCP's pool on a real PostgreSQL, closed under running queries. */
@Tag("realtime")
@Timeout(90)
class PostgresPoolTest {

    private static final ShutdownReason TEST = new ShutdownReason.Requested("test");
    private static final String SLEEPING = "select % from pg_sleep%";

    private static RealPostgres postgres;

    private final StructuredShutdown shutdown =
            StructuredShutdown.open(
                            c ->
                                    c.withLameDuck(Duration.ZERO)
                                            .withGracefulTimeout(Duration.ofSeconds(60))
                                            .withDrainTimeout(Duration.ofSeconds(20)))
                    .listen(new ShutdownListener() {});

    @BeforeAll
    static void start() throws Exception {
        postgres = RealPostgres.start();
    }

    @AfterAll
    static void stop() throws Exception {
        if (postgres != null) {
            postgres.close();
        }
    }

    private static void awaitSession(String name) throws SQLException {
        while (postgres.sessions(name, SLEEPING) == 0) {
            Thread.onSpinWait();
        }
    }

    private static Outcome outcome(ShutdownResult result, String name) {
        return result.steps().stream()
                .filter(step -> step.name().equals(name))
                .findFirst()
                .orElseThrow()
                .outcome();
    }

    @Test
    void letsARequestFinishItsQueryAndLeavesNoSession() throws Exception {
        HikariDataSource pool = postgres.pool("finishing");
        shutdown.register("db", ResourceType.DATABASE, pool);
        Fork<Integer> request =
                shutdown.requests()
                        .fork(
                                "GET /report",
                                () -> RealPostgres.query(pool, "select 42 from pg_sleep(0.5)"));
        awaitSession("finishing");

        ShutdownResult result = shutdown.shutdown(TEST);

        assertThat(request.get()).isEqualTo(42);
        assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(pool.isClosed()).isTrue();
        assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isZero();
        assertThatThrownBy(pool::getConnection).hasMessageContaining("has been closed");
    }

    @Test
    void waitsForAQueryThatNobodyElseWaitsFor() throws Exception {
        HikariDataSource pool = postgres.pool("stray");
        shutdown.register("db", ResourceType.DATABASE, pool);
        Future<Integer> stray = CompletableFuture.supplyAsync(() -> sleep(pool, "0.5"));
        awaitSession("stray");

        ShutdownResult result = shutdown.shutdown(TEST);

        assertThat(stray.get()).isEqualTo(42);
        assertThat(outcome(result, "db")).isEqualTo(new Outcome.Completed());
    }

    @Test
    void abortsWhatIsNotGivenBackInTimeAndNamesIt() throws Exception {
        HikariDataSource pool = postgres.pool("leaking");
        shutdown.register(
                Resource.from("db", ResourceType.DATABASE, pool)
                        .withTimeout(Duration.ofSeconds(6)));
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon(true)
                .name("report-writer")
                .start(() -> answer.completeAsync(() -> sleep(pool, "600"), Runnable::run));
        awaitSession("leaking");

        ShutdownResult result = shutdown.shutdown(TEST);

        assertThat(outcome(result, "db"))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed ->
                                assertThat(failed.cause())
                                        .hasMessage(
                                                "1 connection(s) of pool 'leaking' had not been"
                                                        + " given back and were aborted; inside:"
                                                        + " report-writer"));
        assertThatThrownBy(answer::get).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(pool.getHikariPoolMXBean().getTotalConnections()).isZero();
    }

    @Test
    void mayHaveBeenClosedBeforeOrNeverOpened() throws Exception {
        HikariDataSource closed = postgres.pool("closed");
        RealPostgres.query(closed, "select 1");
        closed.close();
        shutdown.register("closed", ResourceType.DATABASE, closed)
                .register("unused", ResourceType.DATABASE, postgres.pool("unused"));

        assertThat(shutdown.shutdown(TEST).status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
    }

    private static int sleep(HikariDataSource pool, String seconds) {
        try {
            return RealPostgres.query(pool, "select 42 from pg_sleep(" + seconds + ")");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
