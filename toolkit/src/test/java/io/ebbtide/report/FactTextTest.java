package io.ebbtide.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Each fact of a result may be logged as it is, whatever its owner has called it. */
class FactTextTest {

    private static final String FORGED = "x\r\n[ERROR] forged redis://app:s3cret@cache ";
    private static final Throwable FAILURE = new IllegalStateException(FORGED);

    static Stream<Object> isOneLineWithoutSecrets() {
        return Stream.of(
                new StepReport(
                        ShutdownPhase.INITIATED,
                        FORGED,
                        Duration.ZERO,
                        Duration.ZERO,
                        new Outcome.Completed()),
                new Outcome.Failed(FAILURE),
                new Straggler(
                        FORGED,
                        FORGED,
                        Duration.ZERO,
                        FORGED,
                        List.of(new StackTraceElement("a.B", FORGED, "B.java", 1)),
                        FORGED,
                        Fate.ABANDONED),
                new HandedBack(FORGED, FORGED, FAILURE),
                new FailedTask(FORGED, FORGED, FAILURE, 2, FailedTask.Moment.BEFORE_THE_SHUTDOWN),
                new ShutdownReason.Signal(FORGED),
                new ShutdownReason.Requested(FORGED),
                new ShutdownReason.TaskFailed(FORGED, FAILURE),
                new ShutdownReason.JvmExit(FORGED));
    }

    @ParameterizedTest
    @MethodSource
    void isOneLineWithoutSecrets(Object fact) {
        assertThat(fact.toString())
                .contains("x\\u000d\\u000a[ERROR] forged")
                .doesNotContain("s3cret")
                .hasLineCount(1);
        assertThat(List.of(fact).toString()).hasLineCount(1);
    }

    @ParameterizedTest
    @MethodSource("isOneLineWithoutSecrets")
    void isNotLongerThanSomebodyReads(Object fact) {
        assertThat(fact.toString().length()).isLessThan(6 * SafeText.LONGEST);
    }
}
