package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What a shutdown needs is not there: threads, processors, room for the log, its own class files. */
@Battery
class ShortageTest {

    private static final long LESS_THAN_A_STACK = 256L << 20;

    /** That of {@code java.util.logging}, which gets no thread either, may come first, and that would be the end of all hooks. */
    private static final String WITHOUT_HOOKS_OF_OTHERS =
            "--limit-modules=java.base,jdk.unsupported";

    /** Stacks so large that a little address space holds none of them, and yet all else: memory of its own for no thread. */
    private static ChildJvm startWithLargeStacks(String... more) throws IOException {
        List<String> oneArena = new ArrayList<>(ChildJvm.DEFAULT_SIGNALS);
        oneArena.add("MALLOC_ARENA_MAX=1");
        List<String> options = new ArrayList<>(List.of(more));
        options.add("-Xss512m");
        return ChildJvm.launch(
                oneArena,
                options,
                ChildJvm.Errors.WITH_OUTPUT,
                ShortageProgram.class.getName(),
                "threads");
    }

    @Test
    void ofThreadsLeavesItThoseThatItHas() throws Exception {
        try (ChildJvm child = startWithLargeStacks()) {
            takeAwayThreads(child.awaitLine("ready"));
            ChildJvm.End end = child.say("shut down").end();

            assertForced(end);
            assertThat(end.status()).as(end.toString()).isEqualTo(8);
            assertThat(end.lines())
                    .anyMatch(line -> line.contains("straggler 'GET /stuck' in /work/requests"))
                    .anyMatch(line -> line.contains("'bad' timed out"))
                    .anyMatch(line -> line.contains("shutdown (as the test says): FORCED"));
        }
    }

    @Test
    void ofThreadsHasTheHookRunWhereTheJvmEnds() throws Exception {
        try (ChildJvm child = startWithLargeStacks(WITHOUT_HOOKS_OF_OTHERS)) {
            takeAwayThreads(child.awaitLine("ready"));
            ChildJvm.End end = child.say("exit").end();

            assertForced(end);
            assertThat(end.status()).as(end.toString()).isEqualTo(7);
        }
    }

    private static void takeAwayThreads(ChildJvm child) throws Exception {
        do {
            child.takeAwayThreads(LESS_THAN_A_STACK).say("try").awaitLine("threads");
        } while (!child.lastLine().equals("no threads"));
    }

    private static void assertForced(ChildJvm.End end) {
        assertThat(end.sinceSignal()).as(end.toString()).isLessThan(ShortBudget.BOUND);
        assertThat(end.lines()).containsSubsequence("cache closed", "db closed", "flushed");
    }

    @Test
    void ofThreadsLosesASignalWhichTheJvmSays() throws Exception {
        try (ChildJvm child = startWithLargeStacks()) {
            takeAwayThreads(child.awaitLine("ready"));
            ChildJvm.End end =
                    child.signal("TERM")
                            .awaitLine("occurred dispatching signal SIGTERM to handler")
                            .say("shut down")
                            .end();

            assertForced(end);
            assertThat(end.status()).as(end.toString()).isEqualTo(8);
        }
    }

    @Test
    void ofProcessorsMakesItSlowAndNotEndless() throws Exception {
        try (ChildJvm child = ChildJvm.start(ShortageProgram.class, "processors")) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).as(end.toString()).isIn(0, 1, 2, 70);
            assertThat(end.sinceSignal()).isLessThan(Duration.ofSeconds(20));
        }
    }

    @Test
    void ofReadersOfStandardErrorHoldsNothingUp() throws Exception {
        try (ChildJvm child =
                ChildJvm.launch(
                        ChildJvm.DEFAULT_SIGNALS,
                        List.of(),
                        ChildJvm.Errors.UNREAD,
                        ShortageProgram.class.getName(),
                        "room in the pipe of standard error")) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).as(end.toString()).isZero();
            assertThat(end.sinceSignal()).isLessThan(ShortBudget.BOUND);
            assertThat(end.lines()).contains("db closed");
        }
    }

    @Test
    void ofRoomForTheLogChangesNothing() throws Exception {
        List<String> fullDisk =
                List.of(
                        "sh",
                        "-c",
                        "exec \"$@\" 2> /dev/full",
                        "sh",
                        "env",
                        "--default-signal=TERM");
        try (ChildJvm child =
                ChildJvm.run(fullDisk, ShortageProgram.class, "room on the disk of the log")) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).as(end.toString()).isZero();
            assertThat(end.lines()).contains("db closed");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "clean, 0",
        "failing, 1",
        "hanging, 1",
        "stuck, 2",
        "never ending, 70",
        "exiting, 7"
    })
    void ofItsOwnClassFilesChangesNothing(String how, int status, @TempDir Path folder)
            throws Exception {
        List<String> copied = List.of("-cp", copyOfClassPath(folder));
        try (ChildJvm child = ChildJvm.with(copied, ShortageProgram.class, "classes", how)) {
            child.awaitLine("ready");
            delete(folder.resolve("copied"));
            ChildJvm.End end =
                    how.equals("exiting") ? child.say("exit").end() : child.endBy("TERM");

            assertThat(end.status()).as(end.toString()).isEqualTo(status);
            assertThat(end.sinceSignal()).isLessThan(ShortBudget.BOUND);
            assertThat(end.lines())
                    .contains("db closed")
                    .noneMatch(line -> line.contains("NoClassDefFound"));
        }
    }

    /** {@return the class path of the tests, with the project's own folders copied to where they can be deleted} */
    private static String copyOfClassPath(Path folder) throws IOException {
        Path copies = Files.createDirectory(folder.resolve("copied"));
        List<String> path = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path from = Path.of(entry);
            if (Files.isDirectory(from)) {
                Path to = copies.resolve(Integer.toString(path.size()));
                copy(from, to);
                path.add(to.toString());
            } else {
                path.add(entry);
            }
        }
        return String.join(File.pathSeparator, path);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(ShortageTest::deleteOne);
        }
    }

    private static void deleteOne(Path file) {
        try {
            Files.delete(file);
        } catch (IOException undeletable) {
            throw new UncheckedIOException(undeletable);
        }
    }
}
