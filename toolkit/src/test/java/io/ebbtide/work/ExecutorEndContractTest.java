package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** How every executor service ends, ours and the JDK's. */
@Timeout(30)
@ParameterizedClass
@EnumSource(ExecutorUnderTest.class)
class ExecutorEndContractTest {

    @Parameter private ExecutorUnderTest kind;

    private ExecutorService executor;
    private final StuckTask stuck = new StuckTask();

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
    void rejectsEverythingOnceItIsShutDown() {
        assertThat(executor.isShutdown()).isFalse();
        executor.shutdown();
        executor.shutdown();

        assertThat(executor.isShutdown()).isTrue();
        assertThatThrownBy(() -> executor.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> executor.submit(() -> ""))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> executor.invokeAll(List.of(() -> "")))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> executor.invokeAny(List.of(() -> "")))
                .isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void isTerminatedOnceWhatItAcceptedHasEnded() throws Exception {
        Future<String> running = executor.submit(stuck);
        stuck.awaitInside();
        executor.shutdown();

        assertThat(executor.isTerminated()).isFalse();
        assertThat(executor.awaitTermination(0, TimeUnit.SECONDS)).isFalse();
        assertThat(executor.awaitTermination(-1, TimeUnit.SECONDS)).isFalse();
        assertThat(executor.awaitTermination(1, TimeUnit.MILLISECONDS)).isFalse();
        stuck.release();
        assertThat(executor.awaitTermination(Long.MAX_VALUE, TimeUnit.DAYS)).isTrue();
        assertThat(executor.isTerminated()).isTrue();
        assertThat(running.resultNow()).isEqualTo("released");
    }

    @Test
    void runsEverythingThatItHasAcceptedBeforeItTerminates() throws Exception {
        AtomicInteger count = new AtomicInteger();
        for (int i = 0; i < 500; i++) {
            executor.execute(count::incrementAndGet);
        }
        executor.shutdown();

        assertThat(executor.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(count.get()).isEqualTo(500);
    }

    @Test
    void hasATerminationThatCanBeAwaitedFromBefore() throws Exception {
        AtomicBoolean terminated = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        Thread waiter =
                start(
                        () -> {
                            begun.countDown();
                            terminated.set(executor.awaitTermination(20, TimeUnit.SECONDS));
                        });
        begun.await();

        executor.shutdown();

        waiter.join();
        assertThat(terminated).isTrue();
    }

    @Test
    void interruptsWhatRunsOnShutdownNow() throws Exception {
        Future<String> running = executor.submit(stuck);
        stuck.awaitInside();

        assertThat(executor.shutdownNow()).isEmpty();

        stuck.awaitInterrupt();
        assertThatThrownBy(running::get).hasCauseInstanceOf(InterruptedException.class);
        assertThat(executor.isShutdown()).isTrue();
        assertThat(executor.shutdownNow()).isEmpty();
    }

    @Test
    void mayBeShutDownByATaskOfItsOwn() throws Exception {
        executor.execute(executor::shutdown);

        assertThat(executor.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void staysOpenWhenWaitingForItsEndIsInterrupted() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> executor.awaitTermination(20, TimeUnit.SECONDS))
                .isInstanceOf(InterruptedException.class);

        assertThat(executor.isShutdown()).isFalse();
    }

    @Test
    void waitsInCloseForWhatItHasAccepted() throws Exception {
        Future<?> _ = executor.submit(stuck);
        stuck.awaitInside();
        Thread closer = start(executor::close);
        StuckTask.awaitUntil(executor::isShutdown);

        assertThat(executor.isTerminated()).isFalse();
        assertThat(closer.isAlive()).isTrue();
        stuck.release();
        closer.join();
        assertThat(executor.isTerminated()).isTrue();
        executor.close();
    }

    @Test
    void hurriesWhenCloseIsCalledWithAnInterrupt() throws Exception {
        Future<String> running = executor.submit(stuck);
        stuck.awaitInside();

        Thread.currentThread().interrupt();
        executor.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(executor.isTerminated()).isTrue();
        assertThat(running.exceptionNow()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void hurriesWhenCloseIsInterruptedAndStillWaits() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        executor.execute(
                () -> {
                    try {
                        stuck.call();
                    } catch (InterruptedException hurry) {
                        StuckTask.awaitStubbornly(mayEnd);
                    }
                });
        stuck.awaitInside();
        AtomicBoolean flag = new AtomicBoolean();
        Thread closer =
                start(
                        () -> {
                            executor.close();
                            flag.set(Thread.currentThread().isInterrupted());
                        });
        StuckTask.awaitUntil(executor::isShutdown);

        closer.interrupt();
        stuck.awaitInterrupt();
        assertThat(executor.isTerminated()).isFalse();
        mayEnd.countDown();
        closer.join();

        assertThat(executor.isTerminated()).isTrue();
        assertThat(flag).isTrue();
    }

    private static Thread start(Executable code) {
        return Thread.ofPlatform()
                .start(
                        () -> {
                            try {
                                code.execute();
                            } catch (Throwable e) {
                                throw new AssertionError(e);
                            }
                        });
    }
}
