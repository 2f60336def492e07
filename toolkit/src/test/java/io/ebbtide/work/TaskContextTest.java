package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

@Timeout(30)
class TaskContextTest {

    private final FakeTime time = new FakeTime();
    private final BackgroundTasks tasks = BackgroundTasks.in(Scope.open("background", time));
    private final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();

    @AfterEach
    void endsWithNothingLeftBehind() throws Exception {
        assertThat(tasks.stopAll(in(10))).isEmpty();
        assertThat(tasks.scope().inFlight()).isZero();
    }

    private Deadline in(long seconds) {
        return Deadline.in(Duration.ofSeconds(seconds), time);
    }

    @Test
    void waitsUntilThePauseHasPassed() throws Exception {
        tasks.start("waiter", context -> seen.add(context.await(Duration.ofSeconds(3))));
        time.awaitWaiters(1);

        time.advance(Duration.ofSeconds(3).minusNanos(1));
        time.awaitWaiters(1);
        assertThat(seen).isEmpty();
        time.advance(Duration.ofNanos(1));

        assertThat(seen.take()).isEqualTo(false);
    }

    @Test
    void endsAWaitAsSoonAsTheTaskIsToStop() throws Exception {
        tasks.start("waiter", context -> seen.add(context.await(Duration.ofDays(1))));
        time.awaitWaiters(1);

        tasks.scope().drain(in(10));

        assertThat(seen.take()).isEqualTo(true);
    }

    @Test
    void saysWhetherToStopAndHowMuchTimeIsLeft() throws Exception {
        CountDownLatch drained = new CountDownLatch(1);
        tasks.start(
                "asker",
                context -> {
                    seen.add(context.name());
                    seen.add(context.isStopping());
                    seen.add(context.remaining());
                    drained.await();
                    seen.add(context.isStopping());
                    seen.add(context.remaining().orElseThrow());
                });
        assertThat(List.of(seen.take(), seen.take(), seen.take()).toString())
                .isEqualTo("[asker, false, Optional.empty]");

        tasks.scope().drain(in(10));
        time.advance(Duration.ofSeconds(4));
        drained.countDown();

        assertThat(seen.take()).isEqualTo(true);
        assertThat(seen.take()).isEqualTo(Duration.ofSeconds(6));
    }

    @Test
    void callsItsActionsInOrderWhenTheTaskIsToStopEvenIfOneThrows() throws Exception {
        List<String> calls = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch registered = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        tasks.start(
                "reader",
                context -> {
                    context.onStop(() -> calls.add("first"));
                    context.onStop(
                            () -> {
                                calls.add("second");
                                Thread.currentThread()
                                        .setUncaughtExceptionHandler(TaskContextTest::breakToo);
                                throw new AssertionError("broken");
                            });
                    context.onStop(told::countDown);
                    registered.countDown();
                    told.await();
                    context.onStop(() -> calls.add("too late to wait"));
                });
        registered.await();

        assertThat(tasks.stopAll(in(10))).isEmpty();

        assertThat(calls).containsExactly("first", "second", "too late to wait");
        assertThat(tasks.status("reader"))
                .contains(new TaskStatus.Stopped(TaskStatus.Means.REQUEST));
    }

    private static void breakToo(Thread thread, Throwable thrown) {
        throw new AssertionError("this handler is broken too");
    }

    @Test
    void forgetsTheActionsOfARunThatHasEnded() throws Exception {
        ScriptedTask next = new ScriptedTask(time);
        tasks.start(
                "flapping",
                context -> {
                    if (seen.isEmpty()) {
                        seen.add("first run");
                        context.onStop(() -> seen.add("told"));
                        throw new IllegalStateException("flap");
                    }
                    next.run(context);
                },
                RestartPolicy.onFailure().withBackOff(BackOff.defaults().withFirst(Duration.ZERO)));
        next.awaitRun();

        tasks.scope().drain(in(10));
        next.finish();
        tasks.stopAll(in(10));

        assertThat(seen).containsExactly("first run");
    }

    @Test
    void tellsWhatARunHasLeftBehindToStop() throws Exception {
        ScriptedTask script = new ScriptedTask(time);
        tasks.start(
                "leaking",
                context -> {
                    context.onStop(() -> seen.add("forgotten"));
                    Thread.ofVirtual().start(() -> awaitAndAdd(context));
                    script.run(context);
                });
        time.awaitWaiters(1);

        script.finish();

        assertThat(seen.take()).isEqualTo(true);
        assertThat(seen.take()).isEqualTo("called at once");
        assertThat(seen).isEmpty();
        assertThat(tasks.scope().state()).isEqualTo(Scope.State.OPEN);
    }

    private void awaitAndAdd(TaskContext context) {
        try {
            seen.add(context.await(Duration.ofDays(1)));
            context.onStop(() -> seen.add("called at once"));
        } catch (InterruptedException unexpected) {
            seen.add(unexpected);
        }
    }

    @Test
    void refusesANegativePauseAndNoAction() throws Exception {
        tasks.start(
                "bad",
                context -> {
                    assertThatIllegalArgumentException()
                            .isThrownBy(() -> context.await(Duration.ofNanos(-1)))
                            .withMessage(
                                    "pause: PT-0.000000001S is negative; allowed is zero or more");
                    assertThatNullPointerException().isThrownBy(() -> context.onStop(null));
                    seen.add("refused");
                });

        assertThat(seen.take()).isEqualTo("refused");
    }
}
