package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How every executor service runs several tasks for one call, ours and the JDK's. */
@Timeout(30)
@ParameterizedClass
@EnumSource(ExecutorUnderTest.class)
class ExecutorBatchContractTest {

    @Parameter private ExecutorUnderTest kind;

    private ExecutorService executor;
    private final StuckTask stuck = new StuckTask();

    private final Callable<String> failing =
            () -> {
                throw new IOException("broken");
            };

    private final Callable<String> quick = () -> "quick";

    @BeforeEach
    void open() {
        executor = kind.open();
    }

    @AfterEach
    void end() throws Exception {
        stuck.release();
        executor.shutdownNow();
        assertThat(executor.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void givesAllResultsInTheOrderOfTheTasks() throws Exception {
        List<Future<String>> all = executor.invokeAll(List.of(() -> "a", failing, () -> "c"));

        assertThat(all)
                .extracting(Future::state)
                .containsExactly(Future.State.SUCCESS, Future.State.FAILED, Future.State.SUCCESS);
        assertThat(all.getLast().resultNow()).isEqualTo("c");
        assertThat(executor.invokeAll(List.<Callable<String>>of())).isEmpty();
        assertThat(executor.invokeAll(List.of(() -> "a"), Long.MAX_VALUE, TimeUnit.DAYS))
                .allSatisfy(future -> assertThat(future.isDone()).isTrue());
    }

    @Test
    void cancelsWhatHasNotEndedWhenTheTimeForAllIsUp() throws Exception {
        List<Future<String>> all =
                executor.invokeAll(List.of(stuck, stuck), 20, TimeUnit.MILLISECONDS);

        assertThat(all).allSatisfy(future -> assertThat(future.isCancelled()).isTrue());
        assertThat(executor.invokeAll(List.of(() -> "a", () -> "b"), -1, TimeUnit.SECONDS))
                .hasSize(2)
                .allSatisfy(future -> assertThat(future.isDone()).isTrue());
    }

    @Test
    void cancelsThemAllWhenWaitingForThemIsInterrupted() throws Exception {
        Thread waiter = Thread.currentThread();
        Callable<String> interrupting =
                () -> {
                    waiter.interrupt();
                    return stuck.call();
                };

        assertThatThrownBy(() -> executor.invokeAll(List.of(interrupting)))
                .isInstanceOf(InterruptedException.class);

        stuck.awaitInterrupt();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void givesTheResultOfAnyTaskThatSucceeds() throws Exception {
        assertThat(executor.invokeAny(List.of(failing, quick))).isEqualTo("quick");
        assertThat(executor.invokeAny(List.of(quick, stuck))).isEqualTo("quick");
        assertThat(executor.invokeAny(List.of(quick, stuck), 20, TimeUnit.SECONDS))
                .isEqualTo("quick");
    }

    @Test
    void throwsOneOfTheFailuresIfThereIsNoSuccess() {
        assertThatThrownBy(() -> executor.invokeAny(List.of(failing, failing)))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class);
        assertThatThrownBy(() -> executor.invokeAny(List.<Callable<String>>of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void cancelsWhatHasNotEndedWhenTheTimeForAnyIsUp() throws Exception {
        assertThatThrownBy(
                        () ->
                                executor.invokeAny(
                                        List.of(failing, stuck), 100, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);

        if (stuck.isInside()) { // not on a machine that did nothing for so long
            stuck.awaitInterrupt();
        }
    }

    @Test
    void cancelsThemAllWhenWaitingForAnyIsInterrupted() throws Exception {
        Thread waiter = Thread.currentThread();
        Callable<String> interrupting =
                () -> {
                    waiter.interrupt();
                    return stuck.call();
                };

        assertThatThrownBy(() -> executor.invokeAny(List.of(interrupting)))
                .isInstanceOf(InterruptedException.class);

        stuck.awaitInterrupt();
    }
}
