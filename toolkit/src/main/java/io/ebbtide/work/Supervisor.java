package io.ebbtide.work;

import org.jspecify.annotations.Nullable;

import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;

/**
 * One background task on its thread: runs it, waits, runs it again, until it is over. The thread is in flight all that
 * time, so whoever joins the scope waits for it also while the task waits to be started again.
 *
 * <p>A task is told to stop by the draining of its scope, and by nothing else.
 */
final class Supervisor {

    /** Where the task is in its life: runs and pauses by turns. */
    private sealed interface State {

        record Running(long since, int restarts, Optional<Throwable> lastFailure)
                implements State {}

        record Pausing(Optional<Throwable> cause, Deadline until, int restart) implements State {}
    }

    private final BackgroundTask task;
    private final RestartPolicy policy;
    private final TimeSource time;
    private final StartRule starts;
    private final Restarts restarts;
    private final WaitSet waiters;

    /** Written by the task's thread alone. */
    private volatile State state;

    /** The run that is to be told when the task has to stop. Written by the task's thread. */
    private volatile @Nullable TaskContext run;

    /** Whether a run has asked to be told of the stop: one request is enough for this and all later runs. */
    private final AtomicBoolean relaysStop = new AtomicBoolean();

    /** Whose thread it is. Written by that thread when it begins. */
    private volatile @Nullable Permit permit;

    /** Whether the task has been interrupted although its scope has not been cancelled. */
    private volatile boolean interrupted;

    Supervisor(
            BackgroundTask task,
            RestartPolicy policy,
            TimeSource time,
            DoubleSupplier chance,
            StartRule starts) {
        this.task = task;
        this.policy = policy;
        this.time = time;
        this.starts = starts;
        this.restarts = new Restarts(policy, time, chance);
        this.waiters = new WaitSet(time);
        this.state = new State.Running(time.nanos(), 0, Optional.empty());
    }

    /** Sees the task through to its end, on the calling thread. Never throws. {@return how it ended} */
    TaskStatus supervise(Permit permit) {
        this.permit = permit;
        try {
            return runUntilOver(permit);
        } catch (Throwable ours) { // out of memory, a time source that fails
            return failed(ours);
        }
    }

    private TaskStatus runUntilOver(Permit permit) {
        Optional<Throwable> lastFailure = Optional.empty();
        while (true) {
            long since = time.nanos();
            State next = new State.Running(since, restarts.total(), lastFailure);
            if (!starts.admits(() -> state = next, permit::isDraining)) {
                return stopped(permit);
            }
            Optional<Throwable> failure = runOnce(permit);
            if (permit.isDraining()) {
                return afterStop(permit, failure);
            }
            if (!policy.when().follows(failure)) {
                return failure.isPresent() ? failed(failure.get()) : new TaskStatus.Completed();
            }
            Optional<Duration> pause = restarts.next(Duration.ofNanos(time.nanos() - since));
            if (pause.isEmpty()) {
                return failed(failure.orElseGet(this::endedTooOften));
            }
            if (isStoppedWithin(pause.get(), permit, failure)) {
                return stopped(permit);
            }
            lastFailure = failure;
        }
    }

    /** {@return what the run threw; empty if it ended by itself} */
    private Optional<Throwable> runOnce(Permit permit) {
        TaskContext context = new TaskContext(permit, waiters, () -> relayStop(permit));
        run = context;
        try {
            task.run(context);
            return Optional.empty();
        } catch (Throwable thrown) {
            return Optional.of(thrown);
        } finally {
            run = null;
            context.end();
            // An interrupt of this run is not for the next. That of a stop is known by the scope's
            // state, which is looked at after this.
            Thread.interrupted();
        }
    }

    /** Waits before a restart. {@return whether the task was told to stop meanwhile} */
    private boolean isStoppedWithin(Duration pause, Permit permit, Optional<Throwable> cause) {
        Deadline until = Deadline.in(pause, time);
        state = new State.Pausing(cause, until, restarts.total());
        while (true) {
            try {
                return waiters.await(permit::isDraining, until);
            } catch (InterruptedException stray) {
                // Something that an earlier run has left behind: an interrupt that means to stop
                // comes after the scope has changed its state. The pause goes on.
            }
        }
    }

    /** How a run ended that was told to stop. To give up waiting is the right answer to our interrupt. */
    private TaskStatus afterStop(Permit permit, Optional<Throwable> failure) {
        return failure.filter(thrown -> !isInterruption(thrown))
                .<TaskStatus>map(this::failed)
                .orElseGet(() -> stopped(permit));
    }

    private static boolean isInterruption(Throwable thrown) {
        return thrown instanceof InterruptedException
                || thrown instanceof ClosedByInterruptException;
    }

    private TaskStatus failed(Throwable cause) {
        return new TaskStatus.Failed(cause, restarts.total());
    }

    private TaskStatus stopped(Permit permit) {
        boolean forced = interrupted || permit.scope().state().isCancelled();
        return new TaskStatus.Stopped(
                forced ? TaskStatus.Means.INTERRUPT : TaskStatus.Means.REQUEST);
    }

    private Throwable endedTooOften() {
        return new IllegalStateException(
                "the task ended by itself more than "
                        + policy.maxRestarts()
                        + " times in "
                        + policy.window());
    }

    /** Does what the policy says about a task that has failed for good, on its thread. Never throws. */
    void escalate(String name, TaskStatus.Failed failed) {
        switch (policy.escalation()) {
            case Escalation.Report _ -> Uncaught.tell(failed.cause());
            case Escalation.Call(var action) -> Uncaught.run(() -> action.accept(name, failed));
        }
    }

    /** Ends waits, because the scope has moved on. Quick; never throws. */
    void wake() {
        waiters.wake();
    }

    /** Has the present run told when the scope drains. Asked for by those that want to be, since it costs a thread. */
    private void relayStop(Permit permit) {
        if (relaysStop.compareAndSet(false, true)) {
            permit.onDrain(this::tellRun);
        }
    }

    private void tellRun() {
        TaskContext told = run;
        if (told != null) {
            told.callOnStop();
        }
    }

    /** Interrupts the task, which has been told to stop, on its own. */
    void interrupt() {
        interrupted = true;
        permit().ifPresent(Permit::interrupt);
    }

    /** {@return the admission of the task's thread; empty until that has begun} */
    Optional<Permit> permit() {
        return Optional.ofNullable(permit);
    }

    /** {@return how the task is doing as long as it is not over} */
    TaskStatus status() {
        return switch (state) {
            case State.Running(long since, int restarts, Optional<Throwable> lastFailure) ->
                    new TaskStatus.Running(
                            Duration.ofNanos(time.nanos() - since), restarts, lastFailure);
            case State.Pausing(Optional<Throwable> cause, Deadline until, int restart) ->
                    new TaskStatus.Restarting(cause, until.remaining(), restart);
        };
    }
}
