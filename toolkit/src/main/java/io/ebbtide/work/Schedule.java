package io.ebbtide.work;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/**
 * The tasks of an executor that wait for their time, and the thread that starts them then: one for each executor, from
 * the first scheduled task until the executor drains.
 *
 * <p>A task whose time has come leaves the schedule and is admitted under one lock. So once this is closed each task has
 * been admitted or is still here: nothing is lost, and nothing is admitted after the closing.
 *
 * <p>Code of users runs on the timer's thread in one case only, that of a thread factory of theirs.
 */
final class Schedule {

    private final Scope scope;
    private final TimeSource time;
    private final Turns turns;
    private final AtomicLong numbers = new AtomicLong();

    /** Guarded by this, as is all that follows. */
    private final TreeSet<ScheduledTask<?>> pending = new TreeSet<>(ScheduledTask.BY_TIME);

    /** What was taken out and has not been handed back yet. */
    private final List<Unstarted> aside = new ArrayList<>();

    private @Nullable Thread timer;
    private boolean closed;

    Schedule(Scope scope, Turns turns) {
        this.scope = scope;
        this.time = scope.time();
        this.turns = turns;
    }

    long nextNumber() {
        return numbers.getAndIncrement();
    }

    synchronized boolean isOpen() {
        return !closed;
    }

    /**
     * Takes in a new task that runs once.
     *
     * @throws RejectedExecutionException if draining has begun: it would never run
     */
    <V extends @Nullable Object> ScheduledTask<V> once(Callable<V> task, Deadline due) {
        ScheduledTask<V> scheduled = new ScheduledTask<>(this, due, TaskName.of(task), task);
        add(scheduled);
        return scheduled;
    }

    /** The same for a task that is repeated unless {@code repeat} is {@code null}. */
    ScheduledTask<?> add(Runnable task, Deadline due, @Nullable UnaryOperator<Deadline> repeat) {
        ScheduledTask<@Nullable Void> scheduled =
                new ScheduledTask<>(this, due, TaskName.of(task), task, null, repeat);
        add(scheduled);
        return scheduled;
    }

    private synchronized void add(ScheduledTask<?> task) {
        if (closed) {
            scope.gate().refusedOne();
            throw new RejectedExecutionException(
                    "scope "
                            + scope.path()
                            + " refuses to schedule '"
                            + task.name()
                            + "': "
                            + Refusal.SHUTTING_DOWN
                            + ", it is "
                            + scope.state());
        }
        if (timer == null) {
            timer = startTimer(); // before the task: without a timer it is not accepted
        }
        put(task);
    }

    /** Takes a periodic task in again for its next time, or cancels it if draining has begun. */
    void again(ScheduledTask<?> task) {
        if (!putIfOpen(task)) {
            task.cancel(/* mayInterruptIfRunning= */ false);
        }
    }

    private synchronized boolean putIfOpen(ScheduledTask<?> task) {
        if (!closed) {
            pending.remove(task); // it is not there, unless somebody ran it by hand
            task.postpone();
            put(task);
        }
        return !closed;
    }

    private void put(ScheduledTask<?> task) {
        pending.add(task);
        task.waitsUntil(() -> withdraw(task));
        if (timer != null && !pending.isEmpty() && pending.first() == task) {
            time.unpark(timer);
        }
    }

    private synchronized void withdraw(ScheduledTask<?> task) {
        pending.remove(task);
    }

    private Thread startTimer() {
        return Thread.ofPlatform()
                .daemon(true)
                .inheritInheritableThreadLocals(false)
                .name("shutdown-timer-" + scope.name())
                .start(this::keepTime);
    }

    private void keepTime() {
        for (Deadline next = startDue(); next != null; next = startDue()) {
            time.parkUntil(this, next.nanos());
            Thread.interrupted(); // it is meant for nobody, and would keep the timer from parking
        }
    }

    /**
     * Starts everything whose time has come.
     *
     * @return when to look again; {@code null} once this is closed
     */
    private @Nullable Deadline startDue() {
        while (true) {
            Runnable start;
            synchronized (this) {
                if (closed) {
                    return null;
                }
                if (pending.isEmpty()) {
                    return Deadline.never(time);
                }
                ScheduledTask<?> first = pending.first();
                if (!first.due().isPassed()) {
                    return first.due();
                }
                start = admit(first);
                if (start == null) {
                    return Deadline.never(time); // the closing is on its way
                }
            }
            start.run();
        }
    }

    /** {@return what is left to do without the lock; {@code null} if the scope drains and {@code due} stays here} */
    private @Nullable Runnable admit(ScheduledTask<?> due) {
        try {
            Job job = turns.admitDue(due.name(), due);
            pending.remove(due);
            return () -> start(due, job);
        } catch (Throwable refused) {
            if (scope.state() != Scope.State.OPEN) {
                return null;
            }
            pending.remove(due);
            return () -> due.miss(refused);
        }
    }

    private void start(ScheduledTask<?> due, @Nullable Job job) {
        if (job != null) {
            try {
                turns.start(job);
            } catch (Throwable noThread) {
                due.miss(noThread);
            }
        }
    }

    /** No task starts any more. Those that would run once are kept for {@link #handBack}, all others are cancelled. */
    void close() {
        Thread ends;
        synchronized (this) {
            closed = true;
            setAside();
            ends = timer;
        }
        if (ends != null) {
            time.unpark(ends);
        }
    }

    /** {@return the tasks that would run once and whose time has not come, each once} */
    synchronized List<Unstarted> handBack() {
        setAside();
        List<Unstarted> handedBack = List.copyOf(aside);
        aside.clear();
        return handedBack;
    }

    /** While this is open, repeated tasks stay. */
    private void setAside() {
        for (ScheduledTask<?> task : List.copyOf(pending)) {
            Object original = task.isPeriodic() && !closed ? null : task.takeBack();
            if (original != null) {
                aside.add(new Unstarted(task.name(), scope.path(), original));
            }
        }
    }
}
