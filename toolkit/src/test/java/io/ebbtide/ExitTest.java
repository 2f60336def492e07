package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;

/** The ways in which a process ends: real processes, real exit statuses. The budget is 20 s, so whatever waits for it shows. */
@Battery
class ExitTest {

    private static final Duration SOON = Duration.ofSeconds(8);

    @ParameterizedTest
    @ValueSource(strings = {"exit in a request", "exit in a fork", "exit in two requests"})
    void doesNotWaitForTheRequestThatHasCalledExit(String how) throws Exception {
        try (ChildJvm child = ChildJvm.start(ExitProgram.class, how)) {
            ChildJvm.End end = child.end();

            assertThat(end.status()).isEqualTo(7);
            assertThat(end.sinceSignal()).isLessThan(SOON);
            assertThat(end.lines()).contains("db closed");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"exit in a close", "exit in a hook"})
    void takesAnExitFromItsOwnStepsForAFailureAndGoesOn(String how) throws Exception {
        try (ChildJvm child = ChildJvm.start(ExitProgram.class, how)) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).isEqualTo(7);
            assertThat(end.sinceSignal()).isLessThan(SOON);
            assertThat(end.lines())
                    .contains("db closed")
                    .anyMatch(
                            line ->
                                    line.contains("bad")
                                            && line.contains("it has called System.exit"));
        }
    }

    @Test
    void isNotHeldUpByALockThatTheCallerOfExitHolds() throws Exception {
        try (ChildJvm child = ChildJvm.start(ExitProgram.class, "exit under a lock")) {
            ChildJvm.End end = child.end();

            assertThat(end.status()).isEqualTo(7);
            assertThat(end.sinceSignal()).isLessThan(SOON);
            assertThat(end.lines())
                    .contains("db closed")
                    .doesNotContain("never reached")
                    .anyMatch(line -> line.contains("shutdown (JVM exit, called by 'main')"))
                    .anyMatch(line -> line.contains("locked") && line.contains("timed out"));
        }
    }

    @ParameterizedTest
    @CsvSource({"end of main, 0", "uncaught in main, 1", "exit when interrupted, 7"})
    void drainsWhenTheJvmEndsByItself(String how, int status) throws Exception {
        try (ChildJvm child = ChildJvm.start(ExitProgram.class, how)) {
            ChildJvm.End end = child.end();

            assertThat(end.status()).isEqualTo(status);
            assertThat(end.lines()).contains("db closed");
        }
    }

    @Test
    void endsWithItsOwnStatusAlthoughMainEndsMeanwhile() throws Exception {
        try (ChildJvm child = ChildJvm.start(ExitProgram.class, "main ends meanwhile")) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).isZero();
            assertThat(end.lines())
                    .contains("db closed")
                    .anyMatch(line -> line.contains("shutdown (signal TERM): SUCCESSFUL"));
        }
    }

    @Test
    void endsInTimeWhenTheLogAndStandardErrorBlock() throws Exception {
        try (ChildJvm child = ChildJvm.start(ExitProgram.class, "blocked log")) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).isZero();
            assertThat(end.sinceSignal()).isLessThan(SOON);
            assertThat(end.lines()).contains("db closed");
        }
    }

    @Test
    void callsAHandlerThatWasThereBefore() throws Exception {
        try (ChildJvm child = ChildJvm.start(ExitProgram.class, "earlier handler")) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).isZero();
            assertThat(end.lines()).contains("db closed", "earlier handler called");
        }
    }

    @Test
    void putsBackWhatWasThereBefore() throws Exception {
        try (ChildJvm child = ChildJvm.start(ExitProgram.class, "restored")) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).isEqualTo(143);
            assertThat(end.lines()).doesNotContain("db closed");
        }
    }

    @Test
    void drainsInTheHookOfAJvmThatHasNoSignalApi() throws Exception {
        List<String> trimmed = List.of("--limit-modules=java.base,java.logging");
        try (ChildJvm child = ChildJvm.with(trimmed, ExitProgram.class, "hook only")) {
            ChildJvm.End end =
                    child.awaitLine("SIGTERM will not shut this service down: this runtime has no")
                            .awaitLine("ready")
                            .endBy("TERM");

            assertThat(end.status()).isEqualTo(143);
            assertThat(end.lines()).contains("db closed");
        }
    }

    @Test
    void saysAtStartWhatASignalDoesToAJvmThatDoesNotGiveItUp() throws Exception {
        try (ChildJvm child = ChildJvm.with(List.of("-Xrs"), ExitProgram.class, "hook only")) {
            ChildJvm.End end =
                    child.awaitLine(
                                    "SIGTERM will not shut this service down: the JVM does not"
                                            + " give")
                            .awaitLine("ready")
                            .endBy("TERM");

            assertThat(end.status()).isEqualTo(143);
            assertThat(end.lines()).doesNotContain("db closed");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "clean, TERM, 143",
        "clean, INT, 130",
        "clean, HUP, 129",
        "failing, TERM, 11",
        "stuck, TERM, 12"
    })
    void endsWithTheStatusesThatAreSet(String how, String signal, int status) throws Exception {
        List<String> statuses = List.of("-Debbtide.exit-statuses=signal,11,12,13");
        try (ChildJvm child = ChildJvm.with(statuses, SignalProgram.class, how)) {
            assertThat(child.awaitLine("ready").endBy(signal).status()).isEqualTo(status);
        }
    }

    @Test
    void isHaltedWithTheStatusThatIsSet() throws Exception {
        List<String> statuses = List.of("-Debbtide.exit-statuses=signal,11,12,13");
        try (ChildJvm child =
                ChildJvm.with(statuses, SignalProgram.class, "clean", "with a stuck hook")) {
            assertThat(child.awaitLine("ready").endBy("TERM").status()).isEqualTo(13);
        }
    }

    @Test
    void isEndedByTheKernelWhereTheJvmCannotEndItself() throws Exception {
        List<String> alarm = List.of("--enable-native-access=ALL-UNNAMED");
        try (ChildJvm child = ChildJvm.with(alarm, KernelAlarmProgram.class)) {
            assertThat(child.end().status()).isEqualTo(142);
        }
    }
}
