package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A person who presses Ctrl-C again: real processes, several real signals. */
@Battery
class EscalationTest {

    /** Far below what the program would wait for by itself, which is 15 s. */
    private static final Duration SOON = Duration.ofSeconds(8);

    private static final List<String> PATIENT =
            List.of("-Debbtide.graceful-timeout=20s", "-Debbtide.drain-timeout=15s");

    @Test
    void waitsForAGraceOnlyAfterTheSecondSignal() throws Exception {
        try (ChildJvm child = ChildJvm.with(PATIENT, SignalProgram.class, "stuck")) {
            ChildJvm.End end =
                    child.awaitLine("ready").signal("TERM").awaitLine("draining").endBy("INT");

            assertThat(end.status()).isEqualTo(2);
            assertThat(end.sinceSignal()).isLessThan(SOON);
            assertThat(end.lines())
                    .contains("deaf to an interrupt")
                    .anyMatch(line -> line.contains("SIGINT again: nothing is waited for longer"))
                    .anyMatch(line -> line.contains("straggler 'GET /stuck'"))
                    .filteredOn(line -> line.contains("shutdown (signal TERM)"))
                    .hasSize(1);
        }
    }

    @Test
    void haltsAtTheThirdSignalAndSaysWhatWasStuck() throws Exception {
        List<String> graceful = new ArrayList<>(PATIENT);
        graceful.add("-Debbtide.interrupt-grace=1500ms");
        try (ChildJvm child = ChildJvm.with(graceful, SignalProgram.class, "stuck")) {
            ChildJvm.End end =
                    child.awaitLine("ready")
                            .signal("TERM")
                            .awaitLine("draining")
                            .signal("TERM")
                            .awaitLine("SIGTERM again")
                            .endBy("TERM");

            assertThat(end.status()).isEqualTo(2);
            assertThat(end.sinceSignal()).isLessThan(Duration.ofMillis(1_500));
            assertThat(end.lines())
                    .contains("ebbtide: SIGTERM for the third time; halting it with status 2")
                    .anyMatch(line -> line.startsWith("ebbtide: still running: GET /stuck, for"))
                    .noneMatch(line -> line.contains("shutdown (signal"));
        }
    }

    @Test
    void joinsTheShutdownHoweverManySignalsArriveIfToldTo() throws Exception {
        List<String> join = List.of("-Debbtide.repeated-signals=join");
        try (ChildJvm child = ChildJvm.with(join, SignalProgram.class, "stuck")) {
            ChildJvm.End end = child.awaitLine("ready").signal("TERM").signal("INT").endBy("TERM");

            assertThat(end.status()).isEqualTo(2);
            assertThat(end.lines())
                    .noneMatch(line -> line.contains("again"))
                    .filteredOn(line -> line.contains("shutdown (signal "))
                    .hasSize(1);
        }
    }

    @Test
    void servesOnWhenCalledOffAndTakesTheNextSignalForAFirstOne() throws Exception {
        List<String> announcing = List.of("-Debbtide.lame-duck=1s", "-Debbtide.lame-duck-quiet=1s");
        try (ChildJvm child = ChildJvm.with(announcing, SignalProgram.class, "called off once")) {
            ChildJvm.End end =
                    child.awaitLine("ready")
                            .signal("TERM")
                            .awaitLine("called off after")
                            .endBy("TERM");

            assertThat(end.status()).isZero();
            assertThat(end.lines())
                    .contains("db closed")
                    .anyMatch(line -> line.contains("shutdown (signal TERM): SUCCESSFUL"));
        }
    }
}
