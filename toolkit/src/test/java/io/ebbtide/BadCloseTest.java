package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/** A close that misbehaves: what follows happens all the same, the process ends in time, and the report names the close. */
@Battery
class BadCloseTest {

    @ParameterizedTest
    @CsvSource({
        "is deaf, io.ebbtide.ShortBudget.deaf",
        "spins, io.ebbtide.ShortBudget.spin",
        "is in native code, FileInputStream.readBytes(Native Method)"
    })
    void isAbandonedAndNamedWithItsFrameIfIt(String how, String frame) throws Exception {
        try (ChildJvm child = ChildJvm.start(BadCloseProgram.class, how)) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).as(end.toString()).isEqualTo(1);
            assertThat(end.sinceSignal()).isLessThan(ShortBudget.BOUND);
            assertThat(end.lines())
                    .containsSubsequence("db closed", "flushed")
                    .anyMatch(
                            line ->
                                    line.contains("'bad' timed out")
                                            && line.contains("interrupted, then abandoned)")
                                            && line.contains(frame));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"throws OutOfMemoryError", "uses up the memory"})
    void isRecordedIfItFailsForLackOfMemory(String how) throws Exception {
        List<String> small =
                List.of(
                        "-Xmx48m", // which the collector defends for a while
                        "-Debbtide.graceful-timeout=30s",
                        "-Debbtide.resource-close-timeout=20s");
        try (ChildJvm child = ChildJvm.with(small, BadCloseProgram.class, how)) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).as(end.toString()).isEqualTo(1);
            assertThat(end.lines())
                    .containsSubsequence("db closed", "flushed")
                    .anyMatch(line -> line.contains("'bad' failed: java.lang.OutOfMemoryError"));
        }
    }

    @Test
    void doesNotKeepTheProcessFromEndingIfItUsesUpTheMemoryAndKeepsIt() throws Exception {
        List<String> small = List.of("-Xmx48m");
        try (ChildJvm child =
                ChildJvm.with(small, BadCloseProgram.class, "uses up the memory and keeps it")) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).as(end.toString()).isIn(1, 70);
            assertThat(end.sinceSignal()).isLessThan(ShortBudget.BOUND);
        }
    }
}
