package io.ebbtide.work;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A task that runs when its time has come: once, or again and again until it fails, is cancelled or its executor drains.
 *
 * @param <V> what the task returns
 */
final class ScheduledTask<V extends @Nullable Object> extends NamedTask<V>
        implements RunnableScheduledFuture<V> {

    /** Earlier before later; those of one instant in the order in which they came. */
    static final Comparator<ScheduledTask<?>> BY_TIME =
            (one, other) -> {
                int byTime = Long.signum(one.due.nanos() - other.due.nanos());
                return byTime != 0 ? byTime : Long.signum(one.number - other.number);
            };

    private final Schedule schedule;
    private final long number;

    /** From one time to the next; {@code null} if there is no next. */
    private final @Nullable UnaryOperator<Deadline> repeat;

    /** Changed under the lock of the schedule, which is ordered by it, and while this is not in there. */
    private volatile Deadline due;

    /** A task that runs once. */
    ScheduledTask(Schedule schedule, Deadline due, String name, Callable<V> task) {
        super(name, task);
        this.schedule = schedule;
        this.number = schedule.nextNumber();
        this.due = due;
        this.repeat = null;
    }

    /** A task that runs once if {@code repeat} is {@code null}, and otherwise again and again. */
    ScheduledTask(
            Schedule schedule,
            Deadline due,
            String name,
            Runnable task,
            V result,
            @Nullable UnaryOperator<Deadline> repeat) {
        super(name, task, result);
        this.schedule = schedule;
        this.number = schedule.nextNumber();
        this.due = due;
        this.repeat = repeat;
    }

    Deadline due() {
        return due;
    }

    @Override
    public boolean isPeriodic() {
        return repeat != null;
    }

    @Override
    public long getDelay(TimeUnit unit) {
        return unit.convert(due.remaining());
    }

    @Override
    public int compareTo(Delayed other) {
        return other instanceof ScheduledTask<?> task && task.schedule == schedule
                ? BY_TIME.compare(this, task)
                : Long.compare(
                        getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }

    @Override
    public void run() {
        if (repeat == null) {
            super.run();
        } else if (!schedule.isOpen()) {
            cancel(/* mayInterruptIfRunning= */ false);
        } else if (runAndReset()) {
            schedule.again(this);
        }
    }

    /** A repeated task is not taken back, only cancelled: no run of it has been promised to anybody. */
    @Override
    @Nullable Object takeBack() {
        Object original = super.takeBack();
        return repeat == null ? original : null;
    }

    /** This could not start when its time had come: a periodic task loses one run, any other one fails. */
    void miss(Throwable cause) {
        RejectedExecutionException missed =
                new RejectedExecutionException(
                        "'" + name() + "' could not start when its time had come", cause);
        if (repeat == null) {
            setException(missed);
        } else {
            schedule.again(this);
        }
        Uncaught.run(
                () -> {
                    throw missed;
                });
    }

    /** Moves on to the next time. */
    void postpone() {
        if (repeat != null) {
            due = repeat.apply(due);
        }
    }
}
