package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;

/** Real processes, real signals. Bounds are those of the program: a budget of 3 s. */
@Battery
class SignalTest {

    /** Budget, 250 ms to the result, 500 ms to the end, and room for a machine that does something else as well. */
    private static final Duration BOUND = Duration.ofMillis(3_000 + 250 + 500 + 1_500);

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    void endsCleanlyWithStatusZero(String signal) throws Exception {
        try (ChildJvm child = ChildJvm.start(SignalProgram.class, "clean")) {
            ChildJvm.End end = child.awaitLine("ready").endBy(signal);

            assertThat(end.status()).isZero();
            assertThat(end.lines())
                    .contains("db closed")
                    .anyMatch(
                            line -> line.contains("shutdown (signal " + signal + "): SUCCESSFUL"));
        }
    }

    @Test
    void tellsByItsStatusThatACloseFailed() throws Exception {
        try (ChildJvm child = ChildJvm.start(SignalProgram.class, "failing")) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).isEqualTo(1);
            assertThat(end.lines())
                    .anyMatch(
                            line ->
                                    line.contains(
                                            "'db' failed: java.lang.IllegalStateException: cannot"
                                                    + " close"));
        }
    }

    @Test
    void tellsByItsStatusThatWorkWasForcedAndNamesIt() throws Exception {
        try (ChildJvm child = ChildJvm.start(SignalProgram.class, "stuck")) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).isEqualTo(2);
            assertThat(end.sinceSignal()).isLessThan(BOUND);
            assertThat(end.lines())
                    .contains("deaf to an interrupt")
                    .anyMatch(
                            line ->
                                    line.contains("straggler 'GET /stuck' in /work/requests")
                                            && line.contains("thread worker-7")
                                            && line.contains("io.ebbtide.SignalProgram.deaf"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"spinning", "pinned"})
    void endsInTimeAlthoughAStragglerHoldsTheOnlyCarrierThread(String straggler) throws Exception {
        List<String> oneCarrier = Variation.ONE_CARRIER.options();
        try (ChildJvm child = ChildJvm.with(oneCarrier, SignalProgram.class, straggler)) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).isEqualTo(2);
            assertThat(end.sinceSignal()).isLessThan(BOUND);
            assertThat(end.lines())
                    .anyMatch(
                            line ->
                                    line.contains("straggler 'GET /")
                                            && line.contains("interrupted, then abandoned"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"clean", "blocked standard error"})
    void isEndedByTheWatchdogWhenTheJvmDoesNotEnd(String behaviour) throws Exception {
        try (ChildJvm child = ChildJvm.start(SignalProgram.class, behaviour, "with a stuck hook")) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).isEqualTo(70);
            assertThat(end.sinceSignal()).isBetween(Duration.ofSeconds(3), BOUND);
        }
    }

    @Test
    void saysAtStartThatAnIgnoredSignalWillNotArrive() throws Exception {
        List<String> ignoring = List.of("env", "--default-signal=INT", "--ignore-signal=TERM");
        try (ChildJvm child = ChildJvm.run(ignoring, SignalProgram.class, "clean")) {
            child.awaitLine(
                            "SIGTERM will not shut this service down: the process was started with"
                                    + " SIGTERM ignored")
                    .awaitLine(
                            "SIGINT shuts down gracefully: work has 0.5s to end, the whole takes at"
                                    + " most 3s");
            assertThat(child.awaitLine("ready").endBy("INT").status()).isZero();
        }
    }
}
