package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

@Timeout(30)
class ShutdownAwareExecutorQueueTest {

    private final Scope work = Scope.open("work", TimeSource.system());
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final Deadline later = Deadline.in(Duration.ofSeconds(20), TimeSource.system());

    /** One runs, two wait. */
    private final ShutdownAwareExecutor executor =
            ShutdownAwareExecutor.in(work.child("mailer"), Limits.concurrency(1).withQueue(2));

    private final StuckTask stuck = new StuckTask();
    private final Future<String> running = executor.submit("stuck", stuck);
    private final Runnable first = new Mail("first");
    private final Runnable second = new Mail("second");

    /** Equal only to itself. */
    private final class Mail implements Runnable {

        private final String text;

        Mail(String text) {
            this.text = text;
        }

        @Override
        public void run() {
            events.add(text);
        }
    }

    @BeforeEach
    void beInside() throws Exception {
        stuck.awaitInside();
    }

    @Nested
    class WhileOpen {

        @Test
        void runsNoMoreThanItMayAtATime() throws Exception {
            ShutdownAwareExecutor three =
                    ShutdownAwareExecutor.in(work.child("three"), Limits.concurrency(3));
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            CountDownLatch full = new CountDownLatch(3);
            Callable<Integer> counted =
                    () -> {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        full.countDown();
                        full.await();
                        return inside.decrementAndGet();
                    };

            three.invokeAll(List.of(counted, counted, counted, counted, counted, counted));

            assertThat(most).hasValue(3);
        }

        @Test
        void startsThoseThatWaitInTheirOrder() throws Exception {
            executor.execute(first);
            executor.execute(second);
            assertThat(events).isEmpty();

            stuck.release();

            assertThat(events.take()).isEqualTo("first");
            assertThat(events.take()).isEqualTo("second");
        }

        @Test
        void rejectsOneTooManyAndSaysWhy() {
            executor.execute(first);
            executor.execute(second);

            assertThatThrownBy(() -> executor.execute("third", () -> {}))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessage(
                            "scope /work/mailer refuses 'third': LIMIT_REACHED, queue full: 1 run,"
                                    + " 2 wait");

            assertThat(work.inFlight()).isEqualTo(3);
            assertThat(work.refused()).isEqualTo(1);
            stuck.release();
        }

        @Test
        void letsNobodyWaitWithoutAQueue() throws Exception {
            ShutdownAwareExecutor direct =
                    ShutdownAwareExecutor.in(
                            work.child("direct"), Limits.concurrency(1).withQueue(0));
            StuckTask inside = new StuckTask();
            Future<?> _ = direct.submit(inside);

            assertThatThrownBy(() -> direct.submit(() -> ""))
                    .isInstanceOf(RejectedExecutionException.class);

            inside.release();
            assertThat(direct.schedule(() -> "due", 0, TimeUnit.SECONDS).get())
                    .as("what is scheduled has its place")
                    .isEqualTo("due");
        }

        @Test
        void countsWhatWaitsAsWorkInFlight() {
            executor.execute("waiting", first);

            assertThat(work.running())
                    .filteredOn(task -> task.thread().isEmpty())
                    .extracting(Permit::name)
                    .containsExactly("waiting");
            stuck.release();
        }

        @Test
        void freesThePlaceOfWhatIsCancelled() throws Exception {
            executor.execute(first);
            Future<?> cancelled = executor.submit(second);
            cancelled.cancel(/* mayInterruptIfRunning= */ false);

            assertThat(work.inFlight()).isEqualTo(2);
            executor.execute("third", () -> events.add("third"));
            stuck.release();

            assertThat(events.take()).isEqualTo("first");
            assertThat(events.take()).isEqualTo("third");
        }

        @Test
        void doesNotCarryAnythingFromOneTaskToTheNext() throws Exception {
            ThreadLocal<String> left = new ThreadLocal<>();
            executor.execute(() -> left.set("left"));
            Future<String> next = executor.submit(left::get);

            stuck.release();

            assertThat(next.get()).isNull();
        }
    }

    @Nested
    class WhileDraining {

        @Test
        void runsWhatWaits() throws Exception {
            executor.execute(first);
            work.drain(later);

            stuck.release();

            assertThat(work.join(later)).isTrue();
            assertThat(events).containsExactly("first");
            assertThat(work.drained()).isEqualTo(2);
            assertThat(executor.handBack()).isEmpty();
        }

        @Test
        void runsWhatWaitsOnceShutDown() throws Exception {
            executor.execute(first);
            executor.shutdown();

            stuck.release();
            executor.close();

            assertThat(events).containsExactly("first");
        }

        @Test
        void runsWhatARequestInFlightQueues() throws Exception {
            Permit request = (Permit) work.child("requests").enter("order");
            work.drain(later);
            request.run(() -> executor.execute(first));
            request.close();

            stuck.release();

            assertThat(work.join(later)).isTrue();
            assertThat(events).containsExactly("first");
        }
    }

    @Nested
    class AtTheDeadline {

        @Test
        void handsBackWhatNeverStarted() throws Exception {
            executor.execute(first);
            Future<?> future = executor.submit(second);
            work.drain(later);

            assertThat(executor.handBack())
                    .extracting(Unstarted::task)
                    .containsExactly(first, second);

            assertThat(executor.handBack()).as("each once").isEmpty();
            assertThat(future.isCancelled()).as("nobody waits for it in vain").isTrue();
            assertThat(work.inFlight()).isEqualTo(1);
            stuck.release();
            assertThat(work.join(later)).isTrue();
            assertThat(running.get()).isEqualTo("released");
            assertThat(events).isEmpty();
            assertThat(work.drained()).as("only what has run").isEqualTo(1);
        }

        @Test
        void handsBackToWhoeverOwnsAScopeAbove() {
            executor.execute("confirm 42", first);
            ScheduledFuture<?> _ = executor.schedule(second, 1, TimeUnit.HOURS);

            assertThat(work.handBack())
                    .containsExactly(
                            new Unstarted("confirm 42", "/work/mailer", first),
                            new Unstarted(
                                    "ShutdownAwareExecutorQueueTest$Mail", "/work/mailer", second));

            assertThat(work.handBack()).as("each once").isEmpty();
            assertThat(executor.handBack()).isEmpty();
            stuck.release();
        }

        @Test
        void handsBackACallableAsItself() {
            Callable<Boolean> call = () -> events.add("called");
            Future<?> _ = executor.submit(call);

            List<Unstarted> handedBack = executor.handBack();

            assertThat(handedBack).extracting(Unstarted::task).containsExactly(call);
            handedBack.getFirst().runnable().run();
            assertThat(events).containsExactly("called");
            stuck.release();
        }

        @Test
        void doesNotHandBackWhatWasCancelled() {
            executor.submit(first).cancel(/* mayInterruptIfRunning= */ true);

            assertThat(executor.handBack()).isEmpty();
            stuck.release();
        }

        @Test
        void keepsWhatNeverStartedWhenTheScopeAboveIsCancelled() throws Exception {
            executor.execute(first);
            work.drain(later);

            work.cancel();

            stuck.awaitInterrupt();
            assertThat(work.join(later)).as("what waits does not keep it waiting").isTrue();
            assertThat(events).isEmpty();
            assertThat(executor.handBack()).extracting(Unstarted::task).containsExactly(first);
        }

        @Test
        void keepsWhatNeverStartedWhenTheScopeIsCancelledInBatches() throws Exception {
            executor.execute(first);

            work.cancel(later);

            assertThat(work.join(later)).isTrue();
            assertThat(executor.handBack()).extracting(Unstarted::task).containsExactly(first);
        }

        @Test
        void handsBackOnShutdownNow() throws Exception {
            executor.execute(first);
            Runnable delayed = () -> events.add("delayed");
            ScheduledFuture<?> _ = executor.schedule(delayed, 1, TimeUnit.HOURS);

            assertThat(executor.shutdownNow()).containsExactly(first, delayed);

            stuck.awaitInterrupt();
            executor.close();
            assertThat(events).isEmpty();
            assertThat(executor.shutdownNow()).isEmpty();
        }

        @Test
        void keepsWhatNeverStartedWhenCloseIsInterrupted() {
            executor.execute(first);

            Thread.currentThread().interrupt();
            executor.close();

            assertThat(Thread.interrupted()).isTrue();
            assertThat(executor.handBack()).extracting(Unstarted::task).containsExactly(first);
        }

        @Test
        void releasesThoseWhoWaitForABatch() throws Exception {
            CountDownLatch begun = new CountDownLatch(1);
            Thread waiter =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        begun.countDown();
                                        try {
                                            executor.invokeAll(List.of(() -> events.add("run")));
                                            events.add("returned");
                                        } catch (InterruptedException e) {
                                            throw new AssertionError(e);
                                        }
                                    });
            begun.await();
            StuckTask.awaitUntil(() -> work.inFlight() == 2);

            assertThat(executor.handBack()).hasSize(1);

            waiter.join();
            assertThat(events).containsExactly("returned");
            stuck.release();
        }
    }
}
