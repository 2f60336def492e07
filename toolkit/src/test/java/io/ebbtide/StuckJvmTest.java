package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.List;

/** A JVM in which one thread never reaches a safepoint: even the watchdog stands still. The kernel does not. */
@Tag("realtime")
@Timeout(90)
class StuckJvmTest {

    /** A shell's way to say signal 14. */
    private static final int ALARMED = 142;

    private static final List<String> WITHOUT_POLLS =
            List.of(
                    "-XX:+UseParallelGC",
                    "-XX:-UseCountedLoopSafepoints",
                    "-XX:TieredStopAtLevel=4",
                    "-XX:-TieredCompilation",
                    "-Xbatch",
                    "--enable-native-access=ALL-UNNAMED",
                    "-Debbtide.kernel-alarm=true");

    @Test
    void isEndedByTheKernelsAlarm() throws Exception {
        try (ChildJvm child = ChildJvm.with(WITHOUT_POLLS, StuckJvmProgram.class)) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).as(end.toString()).isEqualTo(ALARMED);
            assertThat(end.sinceSignal()).isBetween(ShortBudget.BUDGET, ShortBudget.BOUND);
        }
    }
}
