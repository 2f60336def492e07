package io.ebbtide.work;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;

/** One accepted task of an executor: in flight from its admission until it has run or is taken back. */
final class Job implements Runnable {

    private final Permit permit;
    private final Runnable task;

    Job(Permit permit, Runnable task) {
        this.permit = permit;
        this.task = task;
    }

    /** Runs the task as work of its own, on the calling thread. Never throws because of it. */
    @Override
    public void run() {
        permit.enterThread();
        try {
            permit.run(this::runContained);
        } finally {
            permit.close();
        }
    }

    private void runContained() {
        Uncaught.run(task);
    }

    /**
     * Gives {@code body}, which runs this, a thread of its own. Should there be none, this stays in flight.
     *
     * @throws RejectedExecutionException if the factory fails; an Error of it comes as it is
     */
    void startOn(ThreadFactory threads, Runnable body) {
        try {
            Thread thread = threads.newThread(body);
            if (thread == null) {
                throw new RejectedExecutionException(
                        "the thread factory gave no thread for '" + permit.name() + "'");
            }
            thread.start();
        } catch (RejectedExecutionException noThread) {
            throw noThread;
        } catch (RuntimeException broken) {
            throw new RejectedExecutionException(
                    "the thread factory failed for '" + permit.name() + "'", broken);
        }
    }

    /** Ends this, which has not started. */
    void discard() {
        permit.withdraw();
    }

    /** {@return whether this is one of many runs of the same task} */
    boolean isRepeated() {
        return task instanceof ScheduledTask<?> scheduled && scheduled.isPeriodic();
    }

    /**
     * Ends this, which has not started.
     *
     * @return the task as it was given; {@code null} if its future has been cancelled, or if it is repeated
     */
    @Nullable Unstarted takeBack() {
        Object original = task instanceof NamedTask<?> future ? future.takeBack() : task;
        permit.withdraw();
        return original == null
                ? null
                : new Unstarted(permit.name(), permit.scope().path(), original);
    }

    /** This waits from now on; {@code withdrawal} takes it out when its future is cancelled. */
    void waitsUntil(Runnable withdrawal) {
        if (task instanceof NamedTask<?> future) {
            future.waitsUntil(withdrawal);
        }
    }
}
