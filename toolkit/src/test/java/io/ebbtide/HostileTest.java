package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Others in the same JVM, and whoever may send signals, do what they like: the process drains and ends in time. */
@Battery
class HostileTest {

    private static final int SIGKILLED = 137;

    @Test
    void hasDrainedBeforeAHookOfOthersCannotBeStarted() throws Exception {
        try (ChildJvm child =
                ChildJvm.start(HostileProgram.class, "a hook that cannot be started")) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).as(end.toString()).isZero();
            assertThat(end.lines()).contains("db closed");
        }
    }

    @Test
    void endsAlthoughAVirtualHookOfOthersNeverRuns() throws Exception {
        try (ChildJvm child =
                ChildJvm.start(HostileProgram.class, "a virtual hook, and no carrier")) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).as(end.toString()).isEqualTo(70);
            assertThat(end.sinceSignal()).isLessThan(ShortBudget.BOUND);
            assertThat(end.lines()).contains("db closed");
        }
    }

    @Test
    void endsAtOnceWhenAHookHalts() throws Exception {
        try (ChildJvm child = ChildJvm.start(HostileProgram.class, "a hook that halts")) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).as(end.toString()).isEqualTo(9);
            assertThat(end.lines()).doesNotContain("db closed");
        }
    }

    @Test
    void leavesHooksOfOthersAndDeletionOnExitTheirTurn(@TempDir Path folder) throws Exception {
        Path file = Files.createFile(folder.resolve("pid"));
        try (ChildJvm child =
                ChildJvm.start(HostileProgram.class, "hooks of others", file.toString())) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).as(end.toString()).isZero();
            assertThat(end.lines()).containsSubsequence("db closed", "other hook ran");
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void leavesThemTheirTurnAlsoWhenTheProgramExits(@TempDir Path folder) throws Exception {
        Path file = Files.createFile(folder.resolve("pid"));
        try (ChildJvm child =
                ChildJvm.start(
                        HostileProgram.class, "hooks of others, and exit", file.toString())) {
            ChildJvm.End end = child.end();

            assertThat(end.status()).as(end.toString()).isEqualTo(7);
            assertThat(end.lines()).contains("db closed", "other hook ran");
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void installsItsHandlersOnce() throws Exception {
        try (ChildJvm child = ChildJvm.start(HostileProgram.class, "handled twice")) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).as(end.toString()).isZero();
            assertThat(end.lines())
                    .filteredOn(line -> line.contains("SIGTERM shuts down gracefully"))
                    .hasSize(1);
            assertThat(end.lines()).filteredOn("db closed"::equals).hasSize(1);
        }
    }

    @Test
    void exitsAndDrainsWhenItsOwnHandlerFails() throws Exception {
        try (ChildJvm child = ChildJvm.start(HostileProgram.class, "a handler that fails")) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).as(end.toString()).isEqualTo(70);
            assertThat(end.sinceSignal()).isLessThan(ShortBudget.BOUND);
            assertThat(end.lines())
                    .contains("db closed")
                    .anyMatch(line -> line.startsWith("ebbtide: SIGTERM was not dealt with"));
        }
    }

    @Test
    void isNotLockedUpByASignalDuringAShutdownUnderALock() throws Exception {
        try (ChildJvm child = ChildJvm.start(HostileProgram.class, "a shutdown under a lock")) {
            ChildJvm.End end = child.awaitLine("closing").signal("TERM").say("go on").end();

            assertThat(end.status()).as(end.toString()).isZero();
            assertThat(end.lines()).contains("db closed");
        }
    }

    @Test
    void keepsTheStatusOfWhoeverCalledExitFirst() throws Exception {
        try (ChildJvm child =
                ChildJvm.start(HostileProgram.class, "exit once another has exited")) {
            ChildJvm.End end = child.end();

            assertThat(end.status()).as(end.toString()).isEqualTo(11);
            assertThat(end.lines()).contains("db closed");
        }
    }

    @Test
    void promisesNothingToWhoeverKillsIt() throws Exception {
        try (ChildJvm child = ChildJvm.start(HostileProgram.class, "clean")) {
            ChildJvm.End end = child.awaitLine("ready").endBy("KILL");

            assertThat(end.status()).as(end.toString()).isEqualTo(SIGKILLED);
            assertThat(end.lines()).doesNotContain("db closed");
        }
    }

    @Test
    void cannotActWhereTheJvmIsToldToEndForLackOfMemory() throws Exception {
        List<String> touchy = List.of("-Xmx48m", "-XX:+ExitOnOutOfMemoryError");
        try (ChildJvm child =
                ChildJvm.with(touchy, HostileProgram.class, "no memory for anybody")) {
            ChildJvm.End end = child.awaitLine("ready").say("go on").end();

            assertThat(end.status()).as(end.toString()).isEqualTo(3);
            assertThat(end.lines()).doesNotContain("db closed");
        }
    }
}
