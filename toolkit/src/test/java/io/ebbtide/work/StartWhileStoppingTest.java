package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;

/** What starting background tasks, again or for the first time, comes to when they are to stop. */
@Timeout(30)
class StartWhileStoppingTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final TaskStatus ASKED = new TaskStatus.Stopped(TaskStatus.Means.REQUEST);

    private final FakeTime time = new FakeTime();
    private final BackgroundTasks tasks = BackgroundTasks.in(Scope.open("background", time));
    private final ScriptedTask task = new ScriptedTask(time);
    private final List<String> trail = Collections.synchronizedList(new ArrayList<>());
    private final RestartPolicy forEver =
            RestartPolicy.always()
                    .withBackOff(BackOff.defaults().withFirst(Duration.ZERO))
                    .withoutLimit();

    @AfterEach
    void endsWithNothingLeftBehind() throws Exception {
        assertThat(tasks.stopAll(in(10))).isEmpty();
        assertThat(tasks.scope().inFlight()).isZero();
    }

    private Deadline in(long seconds) {
        return Deadline.in(Duration.ofSeconds(seconds), time);
    }

    @Test
    void endsThePauseBeforeARestartAtOnce() throws Exception {
        tasks.start(
                "flapping",
                _ -> {
                    trail.add("run");
                    throw new IllegalStateException("flap");
                },
                RestartPolicy.onFailure().withBackOff(new BackOff(DAY, 1, DAY, 0)));
        time.awaitWaiters(1);

        assertThat(tasks.stopAll(in(10))).isEmpty();

        assertThat(tasks.status("flapping")).contains(ASKED);
        assertThat(trail).containsExactly("run");
    }

    @Test
    void isNotHeldUpByATaskThatIsStartedAgainWithoutEnd() throws Exception {
        CountDownLatch spinning = new CountDownLatch(1_000);
        tasks.start("loop", _ -> spinning.countDown(), forEver);
        spinning.await();

        assertThat(tasks.stopAll(in(10))).isEmpty();

        assertThat(tasks.status("loop")).contains(ASKED);
    }

    @Test
    void startsNothingAnyMoreNotEvenForItsOwnTasks() throws Exception {
        AtomicReference<Throwable> refused = new AtomicReference<>();
        tasks.start(
                "insider",
                context -> {
                    context.await(DAY);
                    try {
                        tasks.start("late", task);
                    } catch (RejectedExecutionException expected) {
                        refused.set(expected);
                    }
                });
        time.awaitWaiters(1);

        tasks.stopAll(in(10));

        assertThat(refused.get())
                .hasMessage("background task 'late' comes too late: /background stops");
        assertThatThrownBy(() -> tasks.start("later", task))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(tasks.statuses()).containsOnlyKeys("insider");
    }

    @Test
    void reportsAFailureWhileStoppingWithoutRestartOrEscalation() throws Exception {
        IllegalStateException failure = new IllegalStateException("cannot commit");
        tasks.start(
                "failing",
                context -> {
                    context.await(DAY);
                    throw failure;
                },
                forEver.withEscalation(new Escalation.Call((name, _) -> trail.add(name))));
        time.awaitWaiters(1);

        tasks.stopAll(in(10));

        assertThat(tasks.status("failing")).contains(new TaskStatus.Failed(failure, 0));
        assertThat(trail).isEmpty();
    }
}
