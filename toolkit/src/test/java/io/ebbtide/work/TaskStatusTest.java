package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.Optional;

@Timeout(30)
class TaskStatusTest {

    private final FakeTime time = new FakeTime();
    private final BackgroundTasks tasks = BackgroundTasks.in(Scope.open("background", time));

    @Test
    void neverCallsWhatATaskThrewToDescribeIt() throws Exception {
        tasks.start(
                "task",
                _ -> {
                    throw new Hostile();
                },
                RestartPolicy.onFailure().withBackOff(slow()));
        time.awaitWaiters(1);

        assertThat(tasks.statuses().toString())
                .isEqualTo(
                        "{task=Restarting[cause="
                                + Hostile.class.getName()
                                + ", in=PT1M, restart=1]}");
        tasks.stopAll(Deadline.in(Duration.ZERO, time));
        assertThat(new TaskStatus.Failed(new Hostile(), 3).toString())
                .isEqualTo("Failed[cause=" + Hostile.class.getName() + ", restarts=3]");
        assertThat(new TaskStatus.Running(Duration.ZERO, 1, Optional.of(new Hostile())).toString())
                .contains("lastFailure=" + Hostile.class.getName());
    }

    private static BackOff slow() {
        return new BackOff(Duration.ofMinutes(1), 1, Duration.ofMinutes(1), 0);
    }

    /** Fails whoever asks it for anything. */
    private static final class Hostile extends RuntimeException {

        private static final long serialVersionUID = 1;

        @Override
        public String toString() {
            throw new AssertionError("toString");
        }

        @Override
        public String getMessage() {
            throw new AssertionError("getMessage");
        }

        @Override
        public synchronized Throwable getCause() {
            throw new AssertionError("getCause");
        }
    }
}
