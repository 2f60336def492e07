package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/** A service that is stopped, or fails, while it starts: what is there is closed, what is not is left alone. */
@Battery
class StartTest {

    /** Far below the budget of {@link StandaloneShutdown#open()}. */
    private static final Duration SOON = Duration.ofSeconds(8);

    @Test
    void endsByASignalThatComesBeforeItsHandlers() throws Exception {
        try (ChildJvm child = ChildJvm.start(StartProgram.class, "nothing is handled yet")) {
            assertThat(child.awaitLine("ready").endBy("TERM").status()).isEqualTo(143);
        }
    }

    @Test
    void closesInOrderWhatIsThereAndWhatStillComesInTime() throws Exception {
        try (ChildJvm child = ChildJvm.start(StartProgram.class, "half of it is there")) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).as(end.toString()).isZero();
            assertThat(end.lines())
                    .containsSubsequence(
                            "server registered, shutting down: true", "cache closed", "db closed");
        }
    }

    @Test
    void keepsTheStatusOfAnExitInTheMiddleOfIt() throws Exception {
        try (ChildJvm child = ChildJvm.start(StartProgram.class, "exit")) {
            ChildJvm.End end = child.end();

            assertThat(end.status()).as(end.toString()).isEqualTo(191);
            assertThat(end.sinceSignal()).isLessThan(SOON);
            assertThat(end.lines()).contains("db closed");
        }
    }

    @Test
    void closesOnlyWhatHadBeenStartedWhenItFails() throws Exception {
        try (ChildJvm child = ChildJvm.start(StartProgram.class, "failure")) {
            ChildJvm.End end = child.end();

            assertThat(end.status()).as(end.toString()).isEqualTo(1);
            assertThat(end.sinceSignal()).isLessThan(SOON);
            assertThat(end.lines())
                    .contains("db closed")
                    .doesNotContain("redis closed")
                    .anyMatch(line -> line.contains("IllegalStateException: no Redis"));
        }
    }
}
