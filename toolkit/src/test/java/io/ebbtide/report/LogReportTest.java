package io.ebbtide.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;

/** What stands in a log cannot be forged by what failed. */
class LogReportTest {

    private static final String FORGED = "x\n[ERROR] forged jdbc:postgresql://app:s3cret@db/o";

    private final Lines log = new Lines();
    private final ShutdownListener report = ShutdownListener.logging(log);

    @Test
    void attachesExceptionsInSafeText() {
        Throwable cause = new IllegalStateException(FORGED, new IllegalStateException(FORGED));
        StepReport step =
                new StepReport(
                        ShutdownPhase.CLOSING_RESOURCES,
                        FORGED,
                        Duration.ZERO,
                        Duration.ZERO,
                        new Outcome.Failed(cause));
        FailedTask task =
                new FailedTask(
                        FORGED,
                        "/work/background",
                        cause,
                        1,
                        FailedTask.Moment.DURING_THE_SHUTDOWN);

        report.stepEnded(step);
        report.taskFailed(task);

        assertThat(log.lines)
                .filteredOn(line -> !line.startsWith("\tat ") && !line.startsWith("\t... "))
                .hasSize(6)
                .allMatch(line -> line.contains("x\\u000a[ERROR] forged"))
                .noneMatch(line -> line.contains("s3cret"));
    }

    /** Writes as loggers do: the message, then the stack trace. */
    private static final class Lines implements System.Logger {

        private final List<String> lines = new ArrayList<>();

        @Override
        public String getName() {
            return "test";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String message,
                @Nullable Throwable thrown) {
            lines.add(String.valueOf(message));
            if (thrown != null) {
                StringWriter text = new StringWriter();
                thrown.printStackTrace(new PrintWriter(text, true));
                text.toString().lines().forEach(lines::add);
            }
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String format,
                @Nullable Object @Nullable ... arguments) {
            lines.add(String.valueOf(format));
        }
    }
}
