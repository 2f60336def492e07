package io.ebbtide.work;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Tasks that one call hands to an executor and waits for: all of them, or the first that succeeds. What has not ended
 * when the call returns, in whatever way, is cancelled.
 *
 * @param <T> what the tasks return
 */
final class Batch<T extends @Nullable Object> {

    private final Executor executor;
    private final WaitSet waiters;
    private final List<Member> members = new ArrayList<>();

    /** Counts down as members end. */
    private final AtomicInteger running = new AtomicInteger();

    private final AtomicReference<@Nullable Member> success = new AtomicReference<>();

    private final class Member extends NamedTask<T> {

        Member(Callable<T> task) {
            super(TaskName.of(task), task);
        }

        @Override
        protected void done() {
            super.done();
            if (state() == State.SUCCESS) {
                success.compareAndSet(null, this);
            }
            running.decrementAndGet();
            waiters.wake();
        }
    }

    Batch(Executor executor, TimeSource time, Collection<? extends Callable<T>> tasks) {
        this.executor = executor;
        this.waiters = new WaitSet(time);
        for (Callable<T> task : tasks) {
            members.add(new Member(Objects.requireNonNull(task, "task")));
        }
        running.set(members.size());
    }

    /** {@return the tasks in their order, all of them done} */
    List<Future<T>> all(Deadline deadline) throws InterruptedException {
        try {
            for (Member member : members) {
                if (deadline.isPassed()) {
                    break;
                }
                executor.execute(member);
            }
            waiters.await(() -> running.get() == 0, deadline);
            return new ArrayList<>(members);
        } finally {
            cancelAll();
        }
    }

    /**
     * {@return what the first task returned that succeeded}
     *
     * @throws ExecutionException if none did, with the failure of one of them as the cause
     */
    T any(Deadline deadline) throws InterruptedException, ExecutionException, TimeoutException {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("tasks: there is none; allowed is one or more");
        }
        try {
            for (Member member : members) {
                if (success.get() != null || deadline.isPassed()) {
                    break;
                }
                executor.execute(member);
            }
            waiters.await(() -> success.get() != null || running.get() == 0, deadline);
            return result();
        } finally {
            cancelAll();
        }
    }

    private T result() throws ExecutionException, TimeoutException {
        Member first = success.get();
        if (first != null) {
            return first.resultNow();
        }
        if (running.get() > 0) {
            throw new TimeoutException("none of " + members.size() + " tasks succeeded in time");
        }
        throw new ExecutionException(
                "none of " + members.size() + " tasks succeeded", failure(members.getLast()));
    }

    private static Throwable failure(Future<?> ended) {
        return ended.state() == Future.State.FAILED
                ? ended.exceptionNow()
                : new CancellationException("the task was cancelled");
    }

    private void cancelAll() {
        members.forEach(member -> member.cancel(/* mayInterruptIfRunning= */ true));
    }
}
