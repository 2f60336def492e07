package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** What is ours alone; what every executor does is in the ContractTests. */
@Timeout(30)
class ShutdownAwareExecutorTest {

    private final Scope work = Scope.open("work", TimeSource.system());
    private final Scope requests = work.child("requests");
    private final ShutdownAwareExecutor executor = ShutdownAwareExecutor.in(work.child("mailer"));
    private final Deadline later = Deadline.in(Duration.ofSeconds(20), TimeSource.system());

    private static String currentName() {
        return RequestScope.current().orElseThrow().name();
    }

    @Nested
    class WhileOpen {

        @Test
        void bindsEachTaskToItselfAsTheRequestScope() throws Exception {
            Permit request = (Permit) requests.enter("order");

            Future<String> mail =
                    request.call(() -> executor.submit("mail 42", () -> currentName()));

            assertThat(mail.get()).isEqualTo("mail 42");
            request.close();
        }

        @Test
        void namesTasksThatWereGivenNoName() throws Exception {
            String lambda = "ShutdownAwareExecutorTest$WhileOpen lambda";
            Callable<String> naming = () -> currentName();

            assertThat(executor.submit(naming).get()).isEqualTo(lambda);
            assertThat(executor.invokeAll(List.of(naming)).getFirst().get()).isEqualTo(lambda);
            assertThat(executor.invokeAny(List.of(naming))).isEqualTo(lambda);
            assertThat(executor.schedule(naming, 0, TimeUnit.SECONDS).get()).isEqualTo(lambda);
        }

        @Test
        void namesTasksInReports() throws Exception {
            StuckTask stuck = new StuckTask();
            executor.execute("mail 42", stuck::run);
            stuck.awaitInside();

            assertThat(work.running())
                    .singleElement()
                    .satisfies(task -> assertThat(task.path()).isEqualTo("/work/mailer/mail 42"));
            assertThat(executor).hasToString("executor /work/mailer OPEN, 1 in flight");
            stuck.release();
        }

        @Test
        void refusesBadNamesAndTasks() {
            assertThatThrownBy(() -> executor.execute(" ", () -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("name: a task's name must not be blank");
            assertThatThrownBy(() -> executor.execute(null, () -> {}))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("name");
            assertThatThrownBy(() -> executor.submit("", () -> ""))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> executor.submit("mail", null))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("task");
            assertThatThrownBy(() -> ShutdownAwareExecutor.in(null))
                    .isInstanceOf(NullPointerException.class);
            assertThat(work.inFlight()).isZero();
        }

        @Test
        void refusesToShareItsScope() {
            assertThatThrownBy(() -> ShutdownAwareExecutor.in(executor.scope()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(
                            "scope /work/mailer has an executor or background tasks already");
        }

        @Test
        void refusesToLetATaskWaitForItself() {
            assertThatThrownBy(executor.submit("mail", () -> closed())::get)
                    .hasRootCauseInstanceOf(IllegalStateException.class)
                    .hasRootCauseMessage(
                            "'mail' is work of scope /work/mailer and would wait for itself");
            Callable<Boolean> awaiting = () -> executor.awaitTermination(1, TimeUnit.DAYS);
            assertThatThrownBy(executor.submit(awaiting)::get)
                    .hasRootCauseInstanceOf(IllegalStateException.class);

            assertThat(executor.isShutdown()).isFalse();
        }

        private String closed() {
            executor.close();
            return "closed";
        }
    }

    @Nested
    class WhileDraining {

        @Test
        void rejectsTasksFromOutsideAndSaysWhy() {
            work.drain(later);

            assertThatThrownBy(() -> executor.execute("mail 42", () -> {}))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessage(
                            "scope /work/mailer refuses 'mail 42': SHUTTING_DOWN, it is DRAINING");
            assertThat(executor.isShutdown()).isTrue();
            assertThat(work.refused()).isEqualTo(1);
        }

        @Test
        void acceptsTasksOfARequestInFlight() throws Exception {
            Permit request = (Permit) requests.enter("order");
            work.drain(later);

            Future<Integer> mail = request.call(() -> executor.submit(() -> 1));
            request.close();

            assertThat(mail.get()).isEqualTo(1);
            assertThat(work.join(later)).isTrue();
        }

        @Test
        void acceptsTasksOfItsTasks() throws Exception {
            StuckTask stuck = new StuckTask();
            Future<String> outer =
                    executor.submit(
                            () -> {
                                stuck.call();
                                return executor.submit("inner", () -> currentName()).get();
                            });
            stuck.awaitInside();
            work.drain(later);

            stuck.release();

            assertThat(outer.get()).isEqualTo("inner");
            assertThat(work.join(later)).isTrue();
        }

        @Test
        void isNotTerminatedWhileARequestInFlightMayStillSubmit() throws Exception {
            Permit request = (Permit) requests.enter("order");
            work.drain(later);

            assertThat(executor.isTerminated()).isFalse();
            assertThat(executor.awaitTermination(0, TimeUnit.SECONDS)).isFalse();
            request.close();

            assertThat(executor.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            assertThat(executor.isTerminated()).isTrue();
        }

        @Test
        void mayBeClosedByARequestInFlight() throws Exception {
            Permit request = (Permit) requests.enter("order");
            work.drain(later);

            request.run(executor::close);

            assertThat(executor.isTerminated()).isTrue();
            assertThatThrownBy(() -> request.run(() -> executor.execute(() -> {})))
                    .isInstanceOf(RejectedExecutionException.class);
            request.close();
        }

        @Test
        void interruptsWhatRunsAtTheDeadline() throws Exception {
            StuckTask stuck = new StuckTask();
            Future<String> mail = executor.submit(stuck);
            stuck.awaitInside();
            work.drain(later);
            assertThat(stuck.isInterrupted()).isFalse();

            work.cancel();

            stuck.awaitInterrupt();
            assertThat(work.join(later)).isTrue();
            assertThat(mail.exceptionNow()).isInstanceOf(InterruptedException.class);
        }
    }

    @Nested
    class WithBadThreads {

        private ShutdownAwareExecutor with(ThreadFactory factory) {
            return ShutdownAwareExecutor.in(work.child("bad", factory));
        }

        @Test
        void rejectsWhatItsFactoryFailsFor() {
            ShutdownAwareExecutor failing =
                    with(
                            _ -> {
                                throw new IllegalStateException("broken");
                            });

            assertThatThrownBy(() -> failing.execute("mail", () -> {}))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessage("the thread factory failed for 'mail'")
                    .hasRootCauseMessage("broken");

            assertThat(work.inFlight()).isZero();
            assertThat(work.running()).isEmpty();
        }

        @Test
        void rejectsWhatItsFactoryGivesNoThreadFor() {
            assertThatThrownBy(() -> with(_ -> null).execute("mail", () -> {}))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessage("the thread factory gave no thread for 'mail'");

            assertThat(work.inFlight()).isZero();
        }

        @Test
        void letsAnErrorOfItsFactoryThrough() {
            ShutdownAwareExecutor failing =
                    with(
                            _ -> {
                                throw new OutOfMemoryError("unable to create native thread");
                            });

            assertThatThrownBy(() -> failing.submit(() -> "")).isInstanceOf(OutOfMemoryError.class);
            assertThatThrownBy(() -> failing.invokeAll(List.of(() -> "")))
                    .isInstanceOf(OutOfMemoryError.class);

            assertThat(work.inFlight()).isZero();
        }

        @Test
        void passesWhatATaskThrowsToTheUncaughtExceptionHandler() throws Exception {
            AtomicReference<Throwable> seen = new AtomicReference<>();
            ShutdownAwareExecutor failing =
                    with(
                            task -> {
                                Thread thread = Thread.ofVirtual().unstarted(task);
                                thread.setUncaughtExceptionHandler((_, thrown) -> seen.set(thrown));
                                return thread;
                            });

            failing.execute(WithBadThreads::breakDown);
            failing.close();

            assertThat(seen.get()).isInstanceOf(AssertionError.class).hasMessage("broken");
            assertThat(work.inFlight()).isZero();
        }

        @Test
        void survivesAnUncaughtExceptionHandlerThatThrows() throws Exception {
            ShutdownAwareExecutor failing =
                    ShutdownAwareExecutor.in(work.child("bad"), Limits.concurrency(1));

            failing.execute(
                    () -> {
                        Thread.currentThread().setUncaughtExceptionHandler((_, _) -> breakDown());
                        breakDown();
                    });

            assertThat(failing.submit(() -> "alive").get()).isEqualTo("alive");
            failing.close();
            assertThat(work.inFlight()).isZero();
        }

        private static void breakDown() {
            throw new AssertionError("broken");
        }
    }

    @Test
    void keepsAnErrorOfASubmittedTaskInItsFuture() {
        Callable<String> overflowing =
                () -> {
                    throw new StackOverflowError();
                };

        assertThatThrownBy(executor.submit(overflowing)::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(StackOverflowError.class);

        executor.close();
        assertThat(work.inFlight()).isZero();
    }
}
