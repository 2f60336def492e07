package io.ebbtide.work;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;

/**
 * Tasks that run beside the requests and are stopped with the service, each by name and with a policy for its restarts.
 *
 * {@snippet file="io/ebbtide/examples/Example05BackgroundTask.java" region="main"}
 *
 * <p><b>Stopping.</b> The tasks are to stop as soon as their scope drains, whoever drains it: each is told through its
 * {@link TaskContext}, waits end, and nothing is started or started again. Once that has been observed, a task that was
 * not {@link TaskStatus.Running} does not run any more. What has not ended by the deadline is interrupted.
 *
 * <p><b>Order.</b> Tasks in a scope below the work of the service stop together with it. Tasks that requests need until
 * they are done go into a scope of their own, beside it, that is drained afterwards. To stop some of the tasks and leave
 * the others alone, give those a scope below.
 *
 * <p><b>Memory.</b> A task that has ended is forgotten but for its status, and of those the last {@value #REMEMBERED}
 * are kept.
 *
 * <p>Thread-safe; no lock is held while a task or callback runs. Use {@link ShutdownAwareExecutor} for tasks without a
 * life of their own.
 */
public final class BackgroundTasks {

    /** How long {@link #stopAll(Deadline)} waits for tasks that it has interrupted. */
    public static final Duration GRACE = Duration.ofMillis(500);

    private static final int REMEMBERED = 1_000;

    private final Scope scope;
    private final TimeSource time;
    private final DoubleSupplier chance;
    private final StartRule starts;
    private final WaitSet waiters;

    /** Each task from before its thread starts until it is over. */
    private final ConcurrentMap<String, Supervisor> live = new ConcurrentHashMap<>();

    /** A task is in here before it is out of {@link #live}. */
    private final EndedTasks ended = new EndedTasks(REMEMBERED);

    private final AtomicReference<@Nullable Runnable> onAllEnded = new AtomicReference<>();

    /**
     * Tasks that are the work of {@code scope}.
     *
     * @param scope a scope for these tasks alone, since {@link #stopAll} drains it
     * @throws IllegalStateException if the scope has been given to others, tasks or an executor
     */
    public static BackgroundTasks in(Scope scope) {
        return in(scope, () -> ThreadLocalRandom.current().nextDouble(), StartRule.COUNT_THEN_LOOK);
    }

    /** The same with a chance and a rule of the caller's: for tests. */
    static BackgroundTasks in(Scope scope, DoubleSupplier chance, StartRule starts) {
        BackgroundTasks tasks = new BackgroundTasks(scope, chance, starts);
        scope.life().settle(tasks.new Tenancy());
        return tasks;
    }

    private BackgroundTasks(Scope scope, DoubleSupplier chance, StartRule starts) {
        this.scope = Objects.requireNonNull(scope, "scope");
        this.time = scope.time();
        this.chance = chance;
        this.starts = starts;
        this.waiters = new WaitSet(time);
    }

    /** {@return the scope in which the tasks run} */
    public Scope scope() {
        return scope;
    }

    /** Starts a task that runs once. See {@link #start(String, BackgroundTask, RestartPolicy)}. */
    public void start(String name, BackgroundTask task) {
        start(name, task, RestartPolicy.never());
    }

    /**
     * Starts a task on a thread of its own and returns at once. If the thread cannot be started nothing has changed.
     *
     * @param name not blank; may be that of a task which is over
     * @throws IllegalArgumentException if the name is blank, or a task of that name is not over yet
     * @throws RejectedExecutionException if the tasks are to stop; also if the caller is work that still runs
     */
    public void start(String name, BackgroundTask task, RestartPolicy policy) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(task, "task");
        Objects.requireNonNull(policy, "policy");
        if (name.isBlank()) {
            throw new IllegalArgumentException("name: a background task's name must not be blank");
        }
        if (isStopping()) {
            throw new RejectedExecutionException(
                    "background task '" + name + "' comes too late: " + scope.path() + " stops");
        }
        Supervisor supervisor = new Supervisor(task, policy, time, chance, starts);
        if (live.putIfAbsent(name, supervisor) != null) {
            throw new IllegalArgumentException(
                    "name: a background task '" + name + "' runs already in " + scope.path());
        }
        boolean forked = false;
        try {
            Fork<?> _ = scope.fork(name, () -> seeThrough(name, supervisor));
            forked = true;
        } finally {
            if (!forked) {
                leave(name);
                callIfAllEnded();
            }
        }
    }

    private boolean isStopping() {
        return scope.state() != Scope.State.OPEN;
    }

    /** On the task's thread. {@return how it ended} */
    private TaskStatus seeThrough(String name, Supervisor supervisor) {
        TaskStatus end;
        try {
            end = supervisor.supervise(Permit.CURRENT.get());
            ended.add(name, end);
        } finally {
            leave(name);
        }
        if (end instanceof TaskStatus.Failed failed && !isStopping()) {
            supervisor.escalate(name, failed);
        }
        callIfAllEnded();
        return end;
    }

    private void leave(String name) {
        live.remove(name);
        waiters.wake();
    }

    /** {@return how the task of that name is doing; empty if there was none, or it ended long ago} */
    public Optional<TaskStatus> status(String name) {
        Supervisor supervisor = live.get(name);
        return supervisor != null ? Optional.of(supervisor.status()) : ended.of(name);
    }

    /** {@return how each task is doing, by name in alphabetical order; a copy} */
    public Map<String, TaskStatus> statuses() {
        Map<String, TaskStatus> statuses = new TreeMap<>();
        live.forEach((name, supervisor) -> statuses.put(name, supervisor.status()));
        ended.all().forEach(statuses::putIfAbsent);
        return statuses;
    }

    /**
     * Has {@code action} called once when all tasks have ended by themselves, completed or failed: on the thread of the
     * last one, or at once and by the calling thread if it is so already. Never as long as no task has been started, nor
     * once they are to stop. So add it after the tasks.
     *
     * <p>What it throws goes to the thread's uncaught exception handler.
     *
     * @throws IllegalStateException if another action is waiting for that
     */
    public void onAllEnded(Runnable action) {
        Objects.requireNonNull(action, "action");
        if (!onAllEnded.compareAndSet(null, action)) {
            throw new IllegalStateException(
                    "another action waits already for the end of all tasks in " + scope.path());
        }
        callIfAllEnded();
    }

    private void callIfAllEnded() {
        if (live.isEmpty() && !ended.isEmpty() && !isStopping()) {
            Runnable action = onAllEnded.getAndSet(null);
            if (action != null) {
                Uncaught.run(action);
            }
        }
    }

    /** Stops all tasks, with {@link #GRACE}. See {@link #stopAll(Deadline, Duration)}. */
    public List<Permit> stopAll(Deadline deadline) throws InterruptedException {
        return stopAll(deadline, GRACE);
    }

    /**
     * Tells all tasks to stop and waits for them; interrupts those that have not ended by the deadline, and waits for
     * them a little longer. Returns as soon as all have ended.
     *
     * <p>Called by a task, this neither waits for that task nor interrupts it, and of the others it sees to the tasks
     * alone, not to what they have started.
     *
     * @param deadline until when the tasks may end by themselves
     * @param grace how long interrupted tasks may take to end
     * @return what is still running all the same; empty if nothing is
     * @throws IllegalArgumentException if {@code grace} is negative
     * @throws InterruptedException if interrupted while waiting; all tasks have been told to stop
     */
    public List<Permit> stopAll(Deadline deadline, Duration grace) throws InterruptedException {
        Objects.requireNonNull(deadline, "deadline");
        if (grace.isNegative()) {
            throw new IllegalArgumentException(
                    "grace: " + grace + " is negative; allowed is zero or more");
        }
        scope.drain(deadline);
        Permit current = Permit.current();
        if (current != null && !current.isEnded() && scope.encloses(current)) {
            return stopOthers(current, deadline, grace);
        }
        if (!scope.join(deadline)) {
            scope.cancel();
            scope.join(Deadline.in(grace, time));
        }
        return scope.running();
    }

    private List<Permit> stopOthers(Permit caller, Deadline deadline, Duration grace)
            throws InterruptedException {
        if (!waiters.await(() -> others(caller).isEmpty(), deadline)) {
            others(caller).forEach(Supervisor::interrupt);
            waiters.await(() -> others(caller).isEmpty(), Deadline.in(grace, time));
        }
        return others(caller).stream().flatMap(task -> task.permit().stream()).toList();
    }

    private List<Supervisor> others(Permit caller) {
        return live.values().stream()
                .filter(task -> !task.permit().equals(Optional.of(caller)))
                .toList();
    }

    /** The tasks look for themselves whether they are to stop. */
    private final class Tenancy implements Tenant {

        @Override
        public void scopeMoved() {
            live.values().forEach(Supervisor::wake);
        }

        @Override
        public List<Unstarted> handBack() {
            return List.of(); // each has its thread from the start
        }
    }
}
