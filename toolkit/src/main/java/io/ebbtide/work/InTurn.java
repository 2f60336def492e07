package io.ebbtide.work;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/**
 * So many tasks run at the same time, each on a thread of its own; the others wait, first come, first served. Whoever
 * ends starts the next.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>A task waits only while as many run as may: whoever waits is started by somebody.
 *   <li>A waiting task is in flight. It leaves the queue under the lock, and whoever takes it out starts it or ends it:
 *       nothing is lost, and nothing is both started and handed back.
 * </ol>
 *
 * <p>What is called under the lock belongs to this package and waits for nobody.
 */
final class InTurn implements Turns {

    private final Scope scope;
    private final Limits limits;

    /** Guarded by this. Jobs are equal only to themselves. */
    private final LinkedHashSet<Job> waiting = new LinkedHashSet<>();

    /** What was taken out and has not been handed back yet. Guarded by this. */
    private final List<Unstarted> aside = new ArrayList<>();

    /** How many run or are about to. Guarded by this. */
    private int running;

    InTurn(Scope scope, Limits limits) {
        this.scope = scope;
        this.limits = limits;
    }

    @Override
    public synchronized @Nullable Job admit(String name, Runnable task) {
        if (mustWait() && waiting.size() >= limits.queueCapacity()) {
            scope.gate().refusedOne();
            throw new RejectedExecutionException(
                    "scope "
                            + scope.path()
                            + " refuses '"
                            + name
                            + "': "
                            + Refusal.LIMIT_REACHED
                            + ", queue full: "
                            + running
                            + " run, "
                            + waiting.size()
                            + " wait");
        }
        return admitDue(name, task);
    }

    @Override
    public synchronized @Nullable Job admitDue(String name, Runnable task) {
        Job job = new Job(scope.admit(name), task);
        if (mustWait()) {
            waiting.add(job);
            job.waitsUntil(() -> withdraw(job));
            return null;
        }
        running++;
        return job;
    }

    private boolean mustWait() {
        return running >= limits.concurrency();
    }

    @Override
    public void start(Job job) {
        boolean started = false;
        try {
            startThread(job);
            started = true;
        } finally {
            if (!started) {
                job.discard();
                startNext();
            }
        }
    }

    private void startThread(Job job) {
        job.startOn(
                scope.threads(),
                () -> {
                    try {
                        job.run();
                    } finally {
                        startNext();
                    }
                });
    }

    /** The calling thread's turn is over: another one's begins. */
    private void startNext() {
        for (Job next = next(); next != null; next = next()) {
            try {
                startThread(next);
                return;
            } catch (Throwable noThread) {
                Thread.interrupted(); // it was meant for the task that has ended
                next.run(); // it was accepted: better on this thread than never
            }
        }
    }

    private synchronized @Nullable Job next() {
        if (waiting.isEmpty() || scope.state().isCancelled()) {
            running--;
            return null;
        }
        return waiting.removeFirst();
    }

    private synchronized void withdraw(Job job) {
        if (waiting.remove(job)) {
            job.discard();
        }
    }

    @Override
    public synchronized void setAside() {
        boolean open = scope.state() == Scope.State.OPEN;
        for (Job job : List.copyOf(waiting)) {
            if (job.isRepeated() && open) {
                continue; // it goes on being repeated
            }
            waiting.remove(job);
            Unstarted original = job.takeBack();
            if (original != null) {
                aside.add(original);
            }
        }
    }

    @Override
    public synchronized List<Unstarted> handBack() {
        setAside();
        List<Unstarted> handedBack = List.copyOf(aside);
        aside.clear();
        return handedBack;
    }
}
