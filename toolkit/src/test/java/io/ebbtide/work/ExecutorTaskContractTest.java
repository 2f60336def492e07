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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What every executor service does with a task and its future; ours and the JDK's, so that this asks for what is usual. */
@Timeout(30)
@ParameterizedClass
@EnumSource(ExecutorUnderTest.class)
class ExecutorTaskContractTest {

    @Parameter private ExecutorUnderTest kind;

    private ExecutorService executor;
    private final StuckTask stuck = new StuckTask();

    private final Callable<String> failing =
            () -> {
                throw new IOException("broken");
            };

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
    void runsWhatIsExecuted() throws Exception {
        CountDownLatch ran = new CountDownLatch(1);

        executor.execute(ran::countDown);

        ran.await();
    }

    @Test
    void givesWhatATaskReturns() throws Exception {
        Future<String> called = executor.submit(() -> "done");
        assertThat(called.get()).isEqualTo("done");
        assertThat(called.resultNow()).isEqualTo("done");
        assertThat(called.state()).isEqualTo(Future.State.SUCCESS);
        assertThat(called.cancel(true)).isFalse();

        assertThat(executor.submit(() -> {}, "given").get()).isEqualTo("given");
        assertThat(executor.submit(() -> {}).get()).isNull();
    }

    @Test
    void keepsWhatATaskThrowsInItsFuture() {
        Future<String> failed = executor.submit(failing);
        assertThatThrownBy(failed::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class);
        assertThat(failed.state()).isEqualTo(Future.State.FAILED);
        assertThat(failed.exceptionNow()).hasMessage("broken");
        assertThatThrownBy(failed::resultNow).isInstanceOf(IllegalStateException.class);

        Callable<String> erring =
                () -> {
                    throw new AssertionError("worse");
                };
        assertThatThrownBy(executor.submit(erring)::get).hasCauseInstanceOf(AssertionError.class);
    }

    @Test
    void answersAboutAFutureThatIsNotDone() throws Exception {
        Future<String> running = executor.submit(stuck);
        stuck.awaitInside();

        assertThat(running.isDone()).isFalse();
        assertThat(running.state()).isEqualTo(Future.State.RUNNING);
        assertThatThrownBy(running::resultNow).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(running::exceptionNow).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> running.get(1, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
        stuck.release();
        assertThat(running.get()).isEqualTo("released");
    }

    @Test
    void interruptsATaskThatIsCancelled() throws Exception {
        Future<String> running = executor.submit(stuck);
        stuck.awaitInside();

        assertThat(running.cancel(/* mayInterruptIfRunning= */ true)).isTrue();

        stuck.awaitInterrupt();
        assertThat(running.isCancelled()).isTrue();
        assertThat(running.state()).isEqualTo(Future.State.CANCELLED);
        assertThatThrownBy(running::get).isInstanceOf(CancellationException.class);
    }

    @Test
    void cancelsWithoutInterruptingIfAskedTo() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        Future<?> running =
                executor.submit(
                        () -> {
                            stuck.call();
                            ended.countDown();
                            return "";
                        });
        stuck.awaitInside();

        assertThat(running.cancel(/* mayInterruptIfRunning= */ false)).isTrue();

        assertThat(running.isDone()).isTrue();
        stuck.release();
        ended.await();
        assertThat(stuck.isInterrupted()).isFalse();
    }

    @Test
    void showsATaskWhatItsSubmitterWroteAndTheOtherWayRound() throws Exception {
        int[] plain = {0};
        for (int i = 1; i <= 1_000; i++) {
            plain[0]++;
            executor.submit(() -> plain[0]++).get();
        }
        assertThat(plain[0]).isEqualTo(2_000);
    }

    @Test
    void startsEachTaskWithoutTheInterruptOfAnother() throws Exception {
        Thread.currentThread().interrupt();
        Future<?> first = executor.submit(() -> Thread.currentThread().interrupt());
        Future<Boolean> second = executor.submit(() -> Thread.currentThread().isInterrupted());
        assertThat(Thread.interrupted()).isTrue();

        first.get();
        assertThat(second.get()).isFalse();
    }

    @Test
    void goesOnAfterTasksThatThrewWhereNobodyWaits() throws Exception {
        for (int i = 0; i < 10; i++) {
            executor.execute(
                    () -> {
                        Thread.currentThread().setUncaughtExceptionHandler((_, _) -> {});
                        throw new AssertionError("nobody waits for this");
                    });
        }
        assertThat(executor.submit(() -> "alive").get()).isEqualTo("alive");
    }

    @Test
    void lendsItselfToOtherPartsOfTheJdk() throws Exception {
        assertThat(CompletableFuture.supplyAsync(() -> "done", executor).get()).isEqualTo("done");

        var completion = new ExecutorCompletionService<String>(executor);
        completion.submit(() -> "done");
        assertThat(completion.take().get()).isEqualTo("done");
    }

    @Test
    void refusesNothingness() {
        assertThatThrownBy(() -> executor.execute(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> executor.submit((Runnable) null))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> executor.submit((Callable<?>) null))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> executor.submit(null, ""))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> executor.invokeAll(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> executor.invokeAny(null)).isInstanceOf(NullPointerException.class);
        List<Callable<String>> holey = new ArrayList<>();
        holey.add(() -> "");
        holey.add(null);
        assertThatThrownBy(() -> executor.invokeAll(holey))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> executor.awaitTermination(1, null))
                .isInstanceOf(NullPointerException.class);
    }
}
