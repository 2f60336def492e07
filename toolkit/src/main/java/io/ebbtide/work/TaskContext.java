package io.ebbtide.work;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What a {@link BackgroundTask} may ask during one run: am I to stop, how long have I got, wake me in a while?
 *
 * <pre>{@code
 * while (!context.await(Duration.ofSeconds(10))) {   // returns early, and true, when the task is to stop
 *     refresh();
 * }
 * }</pre>
 *
 * <p>A task is to stop as soon as its scope drains; when {@link #remaining} is over it is interrupted.
 *
 * <p>Thread-safe: it may be handed to threads that the task starts. Once the run has ended it says "stop" for ever, so
 * that whatever the run has left behind comes to an end too.
 */
public final class TaskContext {

    private final Permit permit;
    private final WaitSet waiters;
    private final Runnable relay;
    private final Queue<Runnable> onStop = new ConcurrentLinkedQueue<>();

    /** Whether the run has ended. Written by the task's thread. */
    private volatile boolean ended;

    /**
     * For one run.
     *
     * @param waiters woken when the scope of {@code permit} moves on
     * @param relay sees to it that {@link #callOnStop} is called then
     */
    TaskContext(Permit permit, WaitSet waiters, Runnable relay) {
        this.permit = permit;
        this.waiters = waiters;
        this.relay = relay;
    }

    /** {@return the name under which the task was started} */
    public String name() {
        return permit.name();
    }

    /** {@return whether the task should come to its end} */
    public boolean isStopping() {
        return ended || permit.isDraining();
    }

    /** {@return the time left until the task is interrupted; empty as long as it is not to stop, zero when it is over} */
    public Optional<Duration> remaining() {
        return permit.remaining();
    }

    /**
     * Waits until {@code pause} has passed or the task is to stop, whichever comes first.
     *
     * @param pause zero to look without waiting
     * @return whether the task is to stop
     * @throws IllegalArgumentException if {@code pause} is negative
     * @throws InterruptedException if interrupted while the task is not to stop
     */
    public boolean await(Duration pause) throws InterruptedException {
        if (pause.isNegative()) {
            throw new IllegalArgumentException(
                    "pause: " + pause + " is negative; allowed is zero or more");
        }
        return waiters.await(this::isStopping, Deadline.in(pause, permit.scope().time()));
    }

    /**
     * Has {@code action} called once when the task is to stop: to end what does not look at {@link #isStopping}, such as
     * a blocking read. At once and by the calling thread if it is so already; never if this run ends before.
     *
     * <p>The actions of a run are called one after the other, in their order, by a thread that counts as work of the
     * scope. What one throws goes to the thread's uncaught exception handler. A task whose scope is cancelled without
     * having been drained is interrupted, and its actions are not called.
     */
    public void onStop(Runnable action) {
        Objects.requireNonNull(action, "action");
        onStop.add(action);
        relay.run();
        if (isStopping()) {
            callOnStop(); // the task was told in between, and this action may have been missed
        }
    }

    /** Calls each action that has not been called yet. */
    void callOnStop() {
        for (Runnable action = onStop.poll(); action != null; action = onStop.poll()) {
            Uncaught.run(action);
        }
    }

    /** The run has ended: nobody needs to be told any more. */
    void end() {
        ended = true;
        onStop.clear();
        waiters.wake();
    }
}
