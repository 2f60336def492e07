package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** Background tasks that are stopped from within, or in part. */
@Timeout(30)
class BackgroundTaskTreeTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final TaskStatus ASKED = new TaskStatus.Stopped(TaskStatus.Means.REQUEST);
    private static final TaskStatus FORCED = new TaskStatus.Stopped(TaskStatus.Means.INTERRUPT);

    private final FakeTime time = new FakeTime();
    private final BackgroundTasks tasks = BackgroundTasks.in(Scope.open("background", time));
    private final ScriptedTask task = new ScriptedTask(time);
    private final List<String> trail = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void endsWithNothingLeftBehind() throws Exception {
        tasks.stopAll(in(0));
        assertThat(tasks.scope().inFlight()).isZero();
    }

    private Deadline in(long seconds) {
        return Deadline.in(Duration.ofSeconds(seconds), time);
    }

    @Test
    void doesNotWaitForTheTaskThatStopsAll() throws Exception {
        AtomicReference<List<Permit>> survivors = new AtomicReference<>();
        tasks.start("other", context -> context.await(DAY));
        tasks.start(
                "caller",
                context -> {
                    survivors.set(tasks.stopAll(in(10)));
                    trail.add("flag: " + Thread.currentThread().isInterrupted());
                });

        assertThat(tasks.scope().life().awaitTermination(in(10))).isTrue();
        assertThat(survivors.get()).isEmpty();
        assertThat(trail).containsExactly("flag: false");
        assertThat(tasks.statuses().values()).containsOnly(ASKED);
    }

    @Test
    void interruptsTheOthersAtTheDeadlineIfATaskStopsAll() throws Exception {
        tasks.start("deaf", task);
        task.awaitRun();
        CountDownLatch done = new CountDownLatch(1);
        AtomicReference<List<Permit>> survivors = new AtomicReference<>();
        tasks.start(
                "caller",
                _ -> {
                    survivors.set(tasks.stopAll(in(10)));
                    done.countDown();
                });
        time.awaitWaiters(1);
        time.advance(Duration.ofSeconds(10));
        done.await();

        assertThat(survivors.get()).isEmpty();
        assertThat(tasks.status("deaf")).contains(FORCED);
    }

    @Test
    void stopsASubtreeAndLeavesTheRestAlone() throws Exception {
        BackgroundTasks below = BackgroundTasks.in(tasks.scope().child("ingest"));
        ScriptedTask neighbour = new ScriptedTask(time);
        tasks.start("neighbour", neighbour);
        neighbour.awaitRun();
        below.start("part", context -> context.await(DAY));

        assertThat(below.stopAll(in(10))).isEmpty();
        assertThat(below.status("part")).contains(ASKED);
        assertThat(tasks.status("neighbour").orElseThrow()).isInstanceOf(TaskStatus.Running.class);

        neighbour.finish();
    }

    @Test
    void stopsNestedTasksTogetherWithTheOuterOnes() throws Exception {
        BackgroundTasks below = BackgroundTasks.in(tasks.scope().child("ingest"));
        below.start("part", context -> context.await(DAY));

        assertThat(tasks.stopAll(in(10))).isEmpty();

        assertThat(below.status("part")).contains(ASKED);
    }
}
