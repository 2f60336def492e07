package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

@Timeout(30)
class ShutdownAwareExecutorTest {

    private final Scope work = Scope.open("work", TimeSource.system());
    private final ShutdownAwareExecutor executor = ShutdownAwareExecutor.in(work.child("mailer"));
    private final Deadline later = Deadline.in(Duration.ofSeconds(20), TimeSource.system());

    @Test
    void runsWhatIsSubmitted() throws Exception {
        Callable<Integer> answer = () -> 42;

        assertThat(executor.submit(answer).get()).isEqualTo(42);
        assertThat(executor.invokeAll(List.of(answer, answer)))
                .allSatisfy(f -> assertThat(f.get()).isEqualTo(42));
    }

    @Test
    void waitsForAcceptedTasksAndRejectsFurtherOnes() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Future<?> running =
                executor.submit(
                        () -> {
                            release.await();
                            return null;
                        });
        executor.shutdown();

        assertThatThrownBy(() -> executor.submit(() -> 1))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("scope /work/mailer refuses");
        assertThat(executor.isTerminated()).isFalse();
        assertThat(executor.awaitTermination(0, TimeUnit.SECONDS)).isFalse();
        release.countDown();
        assertThat(executor.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(running.isDone()).isTrue();
    }

    @Test
    void acceptsTasksOfARequestInFlightWhileDraining() throws Exception {
        Permit request = (Permit) work.child("requests").enter("order");
        work.drain(later);

        Future<Integer> mail = request.call(() -> executor.submit(() -> 1));
        request.close();

        assertThat(mail.get()).isEqualTo(1);
        assertThat(work.join(later)).isTrue();
    }

    @Test
    void hasATerminationThatCanBeAwaitedBeforeItIsShutDown() throws Exception {
        AtomicReference<Boolean> terminated = new AtomicReference<>();
        CountDownLatch begun = new CountDownLatch(1);
        Thread waiter =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    begun.countDown();
                                    terminated.set(awaitTermination());
                                });
        begun.await();

        executor.shutdown();
        waiter.join();

        assertThat(terminated.get()).isTrue();
    }

    @Test
    void interruptsRunningTasksOnShutdownNow() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        executor.execute(
                "sleeper",
                () -> {
                    inside.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        thrown.set(e);
                    }
                });
        inside.await();

        assertThat(executor.shutdownNow()).isEmpty();

        assertThat(executor.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void passesWhatATaskThrowsToTheUncaughtExceptionHandler() throws Exception {
        AtomicReference<Throwable> seen = new AtomicReference<>();
        Scope observed =
                Scope.open(
                        "observed",
                        TimeSource.system(),
                        task -> {
                            Thread thread = Thread.ofVirtual().unstarted(task);
                            thread.setUncaughtExceptionHandler((_, t) -> seen.set(t));
                            return thread;
                        });
        ShutdownAwareExecutor failing = ShutdownAwareExecutor.in(observed);

        failing.execute(
                "bad",
                () -> {
                    throw new AssertionError("broken");
                });
        failing.close();

        assertThat(seen.get()).isInstanceOf(AssertionError.class).hasMessage("broken");
        assertThat(observed.inFlight()).isZero();
    }

    private boolean awaitTermination() {
        try {
            return executor.awaitTermination(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
