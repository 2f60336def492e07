package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.examples.Example04StandaloneLoop;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import redis.clients.jedis.RedisClient;

import java.nio.file.Path;

/** A real process with a real PostgreSQL and a real Redis gets a real signal. */
@Battery
class StandaloneSignalTest {

    private static RealPostgres postgres;
    private static RealRedis redis;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        postgres = RealPostgres.start();
        redis = RealRedis.start(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        if (redis != null) {
            redis.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    private static ChildJvm start(String behaviour) throws Exception {
        return ChildJvm.start(
                StandaloneProgram.class, behaviour, postgres.url(), Integer.toString(redis.port()));
    }

    private static void awaitBlockedReaders(int count) {
        try (RedisClient own = redis.client()) {
            while (!own.info("clients").contains("blocked_clients:" + count)) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void finishesTheQueryThatRunsAndLeavesNoSession() throws Exception {
        try (ChildJvm child = start("queries")) {
            child.awaitLine("query answered");
            while (postgres.sessions("standalone", "select % from pg_sleep%") == 0) {
                Thread.onSpinWait();
            }

            ChildJvm.End end = child.endBy("TERM");

            assertThat(end.status()).as(end.toString()).isZero();
            assertThat(end.lines())
                    .containsSubsequence("query answered", "block left")
                    .anyMatch(line -> line.contains("shutdown (signal TERM): SUCCESSFUL"));
            assertThat(postgres.sessions("standalone", "%")).isZero();
        }
    }

    @Test
    void cutsAReadThatWaitsForEver() throws Exception {
        try (ChildJvm child = start("blocked read")) {
            awaitBlockedReaders(1);

            ChildJvm.End end = child.endBy("TERM");

            assertThat(end.status()).as(end.toString()).isEqualTo(2);
            assertThat(end.lines())
                    .contains("block left")
                    .anyMatch(
                            line ->
                                    line.contains("straggler 'take orders' in /work")
                                            && line.contains("NioSocketImpl.implRead"));
            awaitBlockedReaders(0);
        }
    }

    @Test
    void interruptsABlockThatDoesNotLook() throws Exception {
        try (ChildJvm child = start("deaf to isShuttingDown")) {
            ChildJvm.End end = child.awaitLine("waiting").endBy("TERM");

            assertThat(end.status()).as(end.toString()).isEqualTo(2);
            assertThat(end.lines())
                    .containsSubsequence("interrupted", "block left")
                    .anyMatch(line -> line.contains("straggler 'main' in /work"));
        }
    }

    @Test
    void isSoInTheExample() throws Exception {
        try (ChildJvm child = ChildJvm.start(Example04StandaloneLoop.class)) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).as(end.toString()).isZero();
            assertThat(end.lines()).contains("outbox closed");
        }
    }
}
