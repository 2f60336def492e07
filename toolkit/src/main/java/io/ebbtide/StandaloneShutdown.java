package io.ebbtide;

import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.resource.Resource;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.Permit;
import io.ebbtide.work.Refusal;

import java.util.function.UnaryOperator;

/**
 * The shutdown of a plain {@code main} without a server: the block is the work.
 *
 * {@snippet file="io/ebbtide/examples/Example04StandaloneLoop.java" region="main"}
 *
 * <p><b>Signals.</b> SIGTERM and SIGINT begin a shutdown. It waits for the block to be left, until the drain deadline;
 * then the thread that opened it is interrupted. Leaving the block drains whatever else runs, closes the resources, flushes,
 * and after a signal the process ends with the status that the result has earned: what follows the block may not run
 * then. A block that is left without a signal shuts down as well; the process goes on, and ends as usual.
 *
 * <p><b>Threads.</b> Opened and closed by the thread that does the work. Everything else may be called from anywhere.
 *
 * <p>Open it first, since a signal that comes earlier ends the process at once. For a service with an entrance use {@link
 * StructuredShutdown}.
 */
public final class StandaloneShutdown implements AutoCloseable {

    private final StructuredShutdown shutdown;

    /** The block. */
    private final Permit body;

    /** Opens a shutdown with the settings of the environment, and handles signals. */
    public static StandaloneShutdown open() {
        return open(UnaryOperator.identity());
    }

    /**
     * The same with settings changed by {@code configure}; the operator has the last word.
     *
     * @throws IllegalArgumentException if a setting is out of range, or the parts do not fit into the whole
     */
    public static StandaloneShutdown open(UnaryOperator<ShutdownConfig> configure) {
        StandaloneShutdown opened = new StandaloneShutdown(StructuredShutdown.open(configure));
        opened.shutdown.handleSignals();
        return opened;
    }

    StandaloneShutdown(StructuredShutdown shutdown) {
        this.shutdown = shutdown;
        this.body = enter(shutdown, Thread.currentThread().getName());
    }

    private static Permit enter(StructuredShutdown shutdown, String name) {
        return switch (shutdown.work().enter(name)) {
            case Permit permit -> permit;
            case Refusal refusal ->
                    throw new IllegalStateException("no work is taken any more: " + refusal);
        };
    }

    /** {@return what this is the simple side of: for hooks, executors, background tasks, progress} */
    public StructuredShutdown structured() {
        return shutdown;
    }

    /**
     * Has a database's connection pool closed, under the name {@code database}. HikariCP's is waited for. For more than one
     * use {@link #register(String, ResourceType, AutoCloseable)}.
     *
     * @return this
     * @throws IllegalArgumentException if there is a resource of that name
     * @throws IllegalStateException if databases are being closed already; this one stays the caller's
     */
    public StandaloneShutdown registerDatabase(AutoCloseable pool) {
        return register("database", ResourceType.DATABASE, pool);
    }

    /** Has a Redis client or pool closed, under the name {@code redis}; otherwise like {@link #registerDatabase}. */
    public StandaloneShutdown registerRedis(AutoCloseable client) {
        return register("redis", ResourceType.REDIS, client);
    }

    /** Has anything closed; see {@link StructuredShutdown#register(String, ResourceType, AutoCloseable)}. */
    public StandaloneShutdown register(String name, ResourceType type, AutoCloseable resource) {
        shutdown.register(name, type, resource);
        return this;
    }

    /** Has anything closed; see {@link StructuredShutdown#register(Resource)}. */
    public StandaloneShutdown register(Resource resource) {
        shutdown.register(resource);
        return this;
    }

    /** {@return whether it is time to leave the block} */
    public boolean isShuttingDown() {
        return shutdown.isShuttingDown();
    }

    /**
     * Waits until it is time to leave the block: for a {@code main} whose work is done by other threads.
     *
     * @throws InterruptedException if interrupted meanwhile
     */
    public void await() throws InterruptedException {
        shutdown.awaitPhase(ShutdownPhase.INITIATED);
    }

    /**
     * Ends the block: shuts down if nobody has begun to, and waits for the end.
     *
     * @throws io.ebbtide.report.ShutdownException if the result is not clean and {@code raiseOnError} is set
     */
    @Override
    public void close() {
        body.close();
        shutdown.close();
    }
}
