package io.ebbtide.work;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/** When an accepted task gets its thread: at once, or in its turn. */
sealed interface Turns permits AtOnce, InTurn {

    static Turns of(Scope scope, Limits limits) {
        return limits.concurrency() == Limits.UNBOUNDED
                ? new AtOnce(scope)
                : new InTurn(scope, limits);
    }

    /**
     * Accepts a task. Calls no code of users, so that it may be called under a lock.
     *
     * @return what {@link #start} must be called with; {@code null} if the task waits for its turn, where nothing needs
     *     to be done
     * @throws RejectedExecutionException with the reason
     */
    @Nullable Job admit(String name, Runnable task);

    /** The same for a task that was accepted long ago and whose time has come: there is a place for it in any queue. */
    @Nullable Job admitDue(String name, Runnable task);

    /**
     * Gives an accepted task its thread.
     *
     * @throws RejectedExecutionException if the thread factory fails; an Error of it comes as it is. The task is ended
     *     then
     */
    void start(Job job);

    /** From now on no task starts that waits for its turn: all are kept for {@link #handBack}. */
    void setAside();

    /** {@return the tasks that wait for their turn, each once; none of them starts any more} */
    List<Unstarted> handBack();
}

/** Each task gets a thread of its own as soon as it is accepted. */
final class AtOnce implements Turns {

    private final Scope scope;

    AtOnce(Scope scope) {
        this.scope = scope;
    }

    @Override
    public Job admit(String name, Runnable task) {
        return new Job(scope.admit(name), task);
    }

    @Override
    public Job admitDue(String name, Runnable task) {
        return admit(name, task);
    }

    @Override
    public void start(Job job) {
        boolean started = false;
        try {
            job.startOn(scope.threads(), job);
            started = true;
        } finally {
            if (!started) {
                job.discard();
            }
        }
    }

    @Override
    public void setAside() {
        // Nobody waits.
    }

    @Override
    public List<Unstarted> handBack() {
        return List.of();
    }
}
