package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Many threads submit while another ends the executor: each accepted task runs, is cancelled by its owner or comes back,
 * exactly one of these; and nothing remains in flight.
 */
@Timeout(60)
class ExecutorRaceTest {

    private static final int ROUNDS = 300;
    private static final int SUBMITTERS = 3;
    private static final int TASKS = 40;

    /** How the end begins. */
    private enum Ending {
        SHUTDOWN {
            @Override
            void begin(Scope work, ShutdownAwareExecutor executor, List<Runnable> back) {
                executor.shutdown();
            }
        },
        SHUTDOWN_NOW {
            @Override
            void begin(Scope work, ShutdownAwareExecutor executor, List<Runnable> back) {
                back.addAll(executor.shutdownNow());
            }
        },
        DRAIN_FROM_ABOVE {
            @Override
            void begin(Scope work, ShutdownAwareExecutor executor, List<Runnable> back) {
                work.drain(Deadline.never(TimeSource.system()));
            }
        },
        HAND_BACK_THEN_CANCEL {
            @Override
            void begin(Scope work, ShutdownAwareExecutor executor, List<Runnable> back) {
                work.drain(Deadline.never(TimeSource.system()));
                executor.handBack().forEach(unstarted -> back.add(unstarted.runnable()));
                work.cancel();
            }
        };

        abstract void begin(Scope work, ShutdownAwareExecutor executor, List<Runnable> back);
    }

    /** A task that knows what has become of it. */
    private static final class Fated implements Runnable {

        final AtomicInteger ran = new AtomicInteger();
        volatile boolean rejected;
        volatile boolean cancelled;
        volatile @Nullable Future<?> future;

        @Override
        public void run() {
            ran.incrementAndGet();
        }

        boolean hasOneFate(List<Runnable> back) {
            long returned = back.stream().filter(task -> task == this).count();
            int others = ran.get() + (rejected ? 1 : 0);
            if (returned > 0 && future != null && !future.isCancelled()) {
                return false; // somebody might wait for it
            }
            // A future may be cancelled while its task runs.
            return cancelled ? returned == 0 && others <= 1 : returned + others == 1;
        }
    }

    @ParameterizedTest
    @EnumSource(Ending.class)
    void losesNoTaskAndRunsNoneTwice(Ending ending) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Scope work = Scope.open("work", TimeSource.system());
            Limits limits =
                    switch (round % 3) {
                        case 0 -> Limits.unbounded();
                        case 1 -> Limits.concurrency(2);
                        default -> Limits.concurrency(1).withQueue(5);
                    };
            race(ending, work, ShutdownAwareExecutor.in(work.child("tasks"), limits), round);
        }
    }

    private void race(Ending ending, Scope work, ShutdownAwareExecutor executor, int seed)
            throws InterruptedException {
        List<Fated> all = new ArrayList<>();
        List<Thread> submitters = new ArrayList<>();
        CountDownLatch go = new CountDownLatch(1);
        for (int i = 0; i < SUBMITTERS; i++) {
            List<Fated> share = new ArrayList<>();
            for (int task = 0; task < TASKS; task++) {
                share.add(new Fated());
            }
            all.addAll(share);
            Random random = new Random(31L * seed + i);
            submitters.add(Thread.startVirtualThread(() -> submit(executor, share, random, go)));
        }
        List<Runnable> back = new ArrayList<>();
        Random random = new Random(-1L - seed);
        go.countDown();
        for (int spin = random.nextInt(2_000); spin > 0; spin--) {
            Thread.onSpinWait();
        }

        ending.begin(work, executor, back);
        for (Thread submitter : submitters) {
            submitter.join();
        }
        executor.close();
        executor.handBack().forEach(unstarted -> back.add(unstarted.runnable()));

        assertThat(all).as("seed " + seed).allMatch(task -> task.hasOneFate(back));
        assertThat(work.inFlight()).isZero();
        assertThat(work.running()).isEmpty();
        assertThat(work.endedAgain()).isZero();
    }

    private static void submit(
            ShutdownAwareExecutor executor, List<Fated> tasks, Random random, CountDownLatch go) {
        try {
            go.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        for (Fated task : tasks) {
            try {
                submit(executor, task, random.nextInt(6));
            } catch (RejectedExecutionException e) {
                task.rejected = true;
            }
        }
    }

    private static void submit(ShutdownAwareExecutor executor, Fated task, int way) {
        switch (way) {
            case 0, 1 -> executor.execute(task);
            case 2 -> keep(executor.submit(task), task);
            case 3 -> keep(executor.schedule(task, 0, TimeUnit.SECONDS), task);
            case 4 -> keep(executor.schedule(task, 1, TimeUnit.HOURS), task);
            default ->
                    task.cancelled =
                            executor.submit(task).cancel(/* mayInterruptIfRunning= */ false);
        }
    }

    private static void keep(Future<?> future, Fated task) {
        task.future = future;
    }
}
