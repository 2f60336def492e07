package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

/** The order of a shutdown as far as background tasks are concerned: tasks, requests, what the requests need, resources. */
@Timeout(30)
class UntilDrainedTest {

    private final FakeTime time = new FakeTime();
    private final Scope work = Scope.open("work", time);
    private final Scope requests = work.child("requests");
    private final BackgroundTasks tasks = BackgroundTasks.in(work.child("background"));
    private final BackgroundTasks untilDrained =
            BackgroundTasks.in(Scope.open("until-drained", time));
    private final List<String> trail = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch pollerEnded = new CountDownLatch(1);

    /** What a coordinator does. */
    private List<Permit> shutDown() throws InterruptedException {
        Deadline deadline = Deadline.in(Duration.ofSeconds(10), time);
        work.drain(deadline);
        if (!work.join(deadline)) {
            work.cancel();
            work.join(Deadline.in(Duration.ofMillis(500), time));
        }
        trail.add("work is drained");
        List<Permit> survivors = untilDrained.stopAll(deadline);
        trail.add("resources close");
        return survivors;
    }

    private void startBoth() throws InterruptedException {
        tasks.start(
                "poller",
                context -> {
                    context.await(Duration.ofDays(1));
                    trail.add("poller ends");
                    pollerEnded.countDown();
                });
        untilDrained.start(
                "outbox",
                context -> {
                    context.await(Duration.ofDays(1));
                    trail.add("outbox ends");
                },
                RestartPolicy.always());
        time.awaitWaiters(2);
    }

    @Test
    void stopsWhatRequestsNeedAfterTheRequestsAndBeforeTheResources() throws Exception {
        startBoth();
        Permit request = (Permit) requests.enter("order");
        FutureTask<List<Permit>> shutdown = new FutureTask<>(this::shutDown);
        Thread.ofPlatform().start(shutdown);
        pollerEnded.await();

        assertThat(untilDrained.scope().state()).isEqualTo(Scope.State.OPEN);
        trail.add("request ends");
        request.close();

        assertThat(shutdown.get()).isEmpty();
        assertThat(trail)
                .containsExactly(
                        "poller ends",
                        "request ends",
                        "work is drained",
                        "outbox ends",
                        "resources close");
    }

    @Test
    void letsARequestInFlightStartWhatRunsUntilItIsDone() throws Exception {
        Permit request = (Permit) requests.enter("order");
        work.drain(Deadline.in(Duration.ofSeconds(10), time));

        request.run(() -> untilDrained.start("receipt", _ -> trail.add("receipt sent")));
        request.close();

        assertThat(untilDrained.stopAll(Deadline.in(Duration.ofSeconds(10), time))).isEmpty();
        assertThat(untilDrained.statuses()).containsOnlyKeys("receipt");
    }

    @Test
    void stopsWhatRequestsNeedAlsoIfTheRequestsWereForced() throws Exception {
        startBoth();
        CountDownLatch inside = new CountDownLatch(1);
        Fork<?> hanging =
                requests.fork(
                        "hanging",
                        () -> {
                            inside.countDown();
                            new CountDownLatch(1).await();
                            return null;
                        });
        inside.await();
        FutureTask<List<Permit>> shutdown = new FutureTask<>(this::shutDown);
        Thread.ofPlatform().start(shutdown);
        pollerEnded.await();
        time.awaitWaiters(2); // the outbox and the coordinator
        time.advance(Duration.ofSeconds(10));

        assertThat(shutdown.get()).isEmpty();
        assertThat(hanging.failure()).containsInstanceOf(InterruptedException.class);
        assertThat(trail).endsWith("work is drained", "outbox ends", "resources close");
    }
}
