package io.ebbtide;

import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownProgress;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.resource.Lease;
import io.ebbtide.resource.Resource;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.BackgroundTasks;
import io.ebbtide.work.ConnectionTracker;
import io.ebbtide.work.Escalation;
import io.ebbtide.work.Limits;
import io.ebbtide.work.Scope;
import io.ebbtide.work.ShutdownAwareExecutor;
import io.ebbtide.work.TimeSource;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * Stops a service without losing anyone's work.
 *
 * {@snippet file="io/ebbtide/examples/Example01FirstShutdown.java" region="main"}
 *
 * <p><b>Order.</b> Readiness goes off and hooks run; the lame-duck time passes; entrances are swept and closed and work
 * from outside is refused; work in flight is joined until the drain deadline, then each straggler is recorded, answered,
 * interrupted, and cut; resources close by priority; flush actions run. One budget covers all of it.
 *
 * <p><b>Threads.</b> Thread-safe. The first request to shut down wins; all others join the same run and get the same
 * result. The run has a platform thread of its own.
 *
 * <p>One instance shuts down once.
 */
public final class StructuredShutdown implements AutoCloseable {

    private final Parts parts;
    private final OneRun run;

    /** Opens a shutdown with {@link ShutdownConfig#fromEnvironment()}. */
    public static StructuredShutdown open() {
        return open(UnaryOperator.identity());
    }

    /**
     * Opens a shutdown whose settings are the defaults, changed by {@code configure}, changed by environment variables and
     * system properties: the operator has the last word.
     *
     * @throws IllegalArgumentException if a setting is out of range, or the parts do not fit into the whole
     */
    public static StructuredShutdown open(UnaryOperator<ShutdownConfig> configure) {
        return open(ConfigSource.ofProcess().settle(configure), TimeSource.system());
    }

    /**
     * Opens a shutdown with exactly these settings on a time source of the caller's: for tests.
     *
     * @throws IllegalArgumentException if the parts do not fit into the whole
     */
    public static StructuredShutdown open(ShutdownConfig config, TimeSource time) {
        return new StructuredShutdown(Parts.of(config.ensureFits(), time));
    }

    StructuredShutdown(Parts parts) {
        this.parts = parts;
        this.run = new OneRun(parts);
    }

    /** {@return the settings} */
    public ShutdownConfig config() {
        return parts.config();
    }

    /** {@return where accept loops are forked; cancelled first} */
    public Scope accepting() {
        return parts.accepting();
    }

    /** {@return all work; requests, executors and what users add are its children} */
    public Scope work() {
        return parts.work();
    }

    /** {@return where requests from outside enter} */
    public Scope requests() {
        return parts.requests();
    }

    /**
     * {@return a new executor whose tasks are waited for}
     *
     * @param name what reports call it
     */
    public ShutdownAwareExecutor executor(String name) {
        return executor(name, Limits.unbounded());
    }

    /**
     * {@return the same with limits} What has not got its turn by the drain deadline is handed back in the {@linkplain
     * ShutdownResult#handedBack() result}, and so is what was meant for later.
     */
    public ShutdownAwareExecutor executor(String name, Limits limits) {
        return ShutdownAwareExecutor.in(parts.executors().child(name), limits);
    }

    /**
     * {@return the tasks that run beside the requests} They are told to stop when work from outside is refused, and
     * interrupted at the drain deadline. Those that have failed are named in the {@linkplain ShutdownResult#failedTasks()
     * result}.
     */
    public BackgroundTasks backgroundTasks() {
        return parts.background();
    }

    /**
     * {@return the tasks that requests need until they are done, such as one that sends what they leave in an outbox} They
     * are told to stop only once all other work has ended or was forced, and have what is left until the drain deadline, at
     * least {@code interruptGrace}. What they submit to executors counts as work from outside.
     */
    public BackgroundTasks tasksUntilDrained() {
        return parts.untilDrained();
    }

    /**
     * {@return what a background task's policy takes if the service should not go on without the task: this shutdown begins
     * when the task has failed for good, with {@link ShutdownReason.TaskFailed}}
     */
    public Escalation shutdownOnFailure() {
        return new Escalation.Call(
                (name, failed) -> run.begin(new ShutdownReason.TaskFailed(name, failed.cause())));
    }

    /**
     * {@return a new tracker of connections whose requests enter {@link #requests}} When work from outside is refused it
     * takes no more connections and idle ones are closed; when work has ended or was forced, all of them.
     *
     * @param name what reports call it
     * @param limit how many connections there may be at a time, at least 1
     * @throws IllegalArgumentException if the name is blank or taken, or the limit less than 1
     */
    public ConnectionTracker<ResourceType> connections(String name, int limit) {
        return parts.connections().open(name, parts.requests(), limit);
    }

    /**
     * Adds a way in for work from outside.
     *
     * @return this
     * @throws IllegalArgumentException if its name is blank or taken
     * @throws IllegalStateException if the shutdown has begun
     */
    public StructuredShutdown entrance(Entrance entrance) {
        parts.entrances().add(entrance);
        return this;
    }

    /**
     * Takes a resource in charge: it is closed once, after the work has ended, in the way that suits its type (see {@link
     * Resource#from(String, ResourceType, AutoCloseable)}).
     *
     * @param name unique and not blank
     * @return this
     * @throws IllegalArgumentException if the name is blank or taken, or this very instance is registered already
     * @throws IllegalStateException if the turn of its priority has come or passed; the resource stays the caller's
     */
    public StructuredShutdown register(String name, ResourceType type, AutoCloseable resource) {
        return register(Resource.from(name, type, resource));
    }

    /** The same with a priority, a timeout, a close action or a force action of its own. */
    public StructuredShutdown register(Resource resource) {
        parts.resources().register(resource);
        return this;
    }

    /**
     * Gives the resource of that name back to the caller, who closes it from now on.
     *
     * @return whether that was so: {@code false} if there is none, or the turn of its priority has come
     */
    public boolean unregister(String name) {
        return parts.resources().unregister(name);
    }

    /** The same for the resource that is this very instance, whatever its {@code equals} says. */
    public boolean unregister(AutoCloseable resource) {
        return parts.resources().unregister(resource);
    }

    /**
     * Leases a registered resource to the work that the calling code belongs to, or else to the calling thread.
     *
     * @throws IllegalArgumentException if this instance is not registered
     * @throws IllegalStateException if it is being closed, or is closed
     */
    public Lease lease(AutoCloseable resource) {
        return parts.resources().lease(resource);
    }

    /** {@return what runs when a shutdown begins, once its resources are closed, and at its end} */
    public Hooks hooks() {
        return parts.hooks();
    }

    /**
     * Adds somebody who is told what the shutdown does. Without any, it is logged.
     *
     * @return this
     * @throws IllegalStateException if the shutdown has begun
     */
    public StructuredShutdown listen(ShutdownListener listener) {
        parts.listeners().add(listener);
        return this;
    }

    /**
     * Has SIGTERM, SIGINT and SIGHUP shut down and then end the process, with one of the {@link ExitStatuses}. A second
     * signal cuts all waiting short, a third one halts. A handler that somebody has installed before is called as well; for
     * SIGHUP it stays alone.
     *
     * <p>When the JVM ends in another way ({@code System.exit}, the end of {@code main}), it waits for a shutdown, too, and
     * ends with its own status.
     *
     * <p>Should be the first thing that {@code main} does: before that a signal ends the JVM at once. Classes on the way
     * out are loaded ahead, on a thread in the background. Calling it again does nothing.
     *
     * @return this
     */
    public StructuredShutdown handleSignals() {
        run.signals().install();
        return this;
    }

    /**
     * Puts back the handlers that were there before {@link #handleSignals}, and lets the JVM end by itself. A shutdown that
     * ends and leaves the process running does this by itself.
     *
     * @return this
     */
    public StructuredShutdown restoreSignals() {
        run.signals().restore();
        return this;
    }

    /** {@return whether a shutdown has begun: readiness should say no} */
    public boolean isShuttingDown() {
        return run.hasBegun();
    }

    /**
     * Shuts down and waits for the end. If a shutdown has begun already, waits for that one.
     *
     * @return the same result for every caller
     * @throws CancellationException if {@link #resume} calls the shutdown off
     * @throws io.ebbtide.report.ShutdownException if the result is not clean and {@code raiseOnError} is set
     * @throws InterruptedException if interrupted while waiting; the shutdown goes on
     * @throws IllegalStateException if called from work that this shutdown would wait for, which would be waiting for
     *     itself: use {@link #begin} there
     */
    public ShutdownResult shutdown(ShutdownReason reason) throws InterruptedException {
        parts.ensureOutside();
        return checked(run.begin(reason).await());
    }

    /**
     * Begins to shut down and returns at once. If a shutdown has begun already, joins that one.
     *
     * @return completed with the result, which is the same for every caller
     */
    public CompletableFuture<ShutdownResult> begin(ShutdownReason reason) {
        return run.begin(reason).future();
    }

    /**
     * Calls a shutdown off that has announced itself and has refused nobody yet: a deploy that is rolled back keeps its
     * instance. Entrances are told, readiness is on again, the process goes on; <em>before</em> hooks that have run, run
     * again with the next shutdown. {@link #shutdown} throws a {@link CancellationException}, with which the future of {@link
     * #begin} is completed, too; whoever waits in {@link #await} waits on.
     *
     * <p>Returns at once.
     *
     * @return {@code false} if no shutdown runs or it is too late: after the lame-duck time, when a second signal has come,
     *     or if it was begun by {@link #close} or by the end of the JVM
     */
    public boolean resume() {
        return run.callOff();
    }

    /**
     * Shuts one scope down while everything else serves on: refuses new work there and below, waits for what runs, forces
     * what has not ended by then. Blocks. The shutdown of the whole finds the scope empty, or what is left in it.
     *
     * @param scope one of {@link #work}, {@link #requests} or a child of theirs
     * @param drainTimeout how long its work may take to end
     * @throws InterruptedException if interrupted while waiting; the scope lets nobody in
     * @throws IllegalStateException if called from work inside the scope
     */
    public ScopeResult shutdown(Scope scope, Duration drainTimeout) throws InterruptedException {
        return new PartialShutdown(parts, scope).conduct(drainTimeout);
    }

    /**
     * Waits for the end of a shutdown, whoever begins it.
     *
     * @return the result
     * @throws io.ebbtide.report.ShutdownException if the result is not clean and {@code raiseOnError} is set
     * @throws InterruptedException if interrupted while waiting
     * @throws IllegalStateException if called from work that the shutdown would wait for
     */
    public ShutdownResult await() throws InterruptedException {
        parts.ensureOutside();
        return checked(run.await());
    }

    /**
     * Waits until a shutdown, whoever begins it, has come to {@code phase}, or is beyond it; the two in which it can end are
     * one here. Once work drains its deadline is set: in a test time may pass then.
     *
     * @throws InterruptedException if interrupted while waiting
     * @throws IllegalStateException if called from work, for a phase that has to wait for work
     */
    public void awaitPhase(ShutdownPhase phase) throws InterruptedException {
        parts.awaitPhase(phase);
    }

    /** Shuts down, for try-with-resources; like {@link #shutdown}, but an interrupt does not end the waiting. */
    @Override
    public void close() {
        parts.ensureOutside();
        checked(run.beginForGood(new ShutdownReason.Requested("closed")).awaitUninterruptibly());
    }

    /** {@return how far things have come; cheap enough to ask at any time} */
    public ShutdownProgress progress() {
        return run.progress();
    }

    /** {@return what is in flight and what has been, connections by type; cheap enough to ask at any time} */
    public ShutdownStats stats() {
        return ShutdownStats.of(parts);
    }

    private ShutdownResult checked(ShutdownResult done) {
        return parts.config().raiseOnError() ? done.orThrow() : done;
    }
}
