package io.ebbtide.resource;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Something that a service owns and that must be closed once no work uses it any more.
 *
 * {@snippet file="io/ebbtide/examples/Example03CustomResource.java" region="main"}
 *
 * <p>Immutable. It never calls {@code equals}, {@code hashCode} or {@code toString} of the instance that it stands for.
 *
 * @see #from(String, ResourceType, AutoCloseable) which types are known
 */
public final class Resource {

    private final String name;
    private final ResourceType type;
    private final int priority;
    private final @Nullable Duration timeout;
    private final @Nullable Object instance;
    private final TimedAction close;
    private final @Nullable Action force;

    /**
     * {@return a resource closed by {@code close}, with the priority of its type and the configured timeout}
     *
     * @param name how reports call it, unique within a shutdown; not blank
     * @param type what kind of thing it is
     * @param close closes it; a method reference, as a rule
     * @throws IllegalArgumentException if the name is blank
     */
    public static Resource of(String name, ResourceType type, Action close) {
        Objects.requireNonNull(close, "close");
        return of(name, type, null, _ -> close.run());
    }

    /**
     * {@return a resource closed in the way that suits its type, with the priority of its {@link ResourceType} and the
     * configured timeout}
     *
     * <ul>
     *   <li>HikariCP's {@code HikariDataSource}: waits for borrowed connections, then closes on a thread that nobody
     *       interrupts. Jedis' pools, {@code RedisClient}, {@code RedisClusterClient} and {@code RedisSentinelClient}: wait
     *       for borrowed connections, then close.
     *   <li>{@link java.util.concurrent.ExecutorService}: {@code shutdown}, wait, {@code shutdownNow}.
     *   <li>{@code java.net.http.HttpClient}: {@code shutdown}, wait, {@code shutdownNow}.
     *   <li>{@link java.nio.channels.FileChannel}: what was written is forced to the disk before the close.
     *   <li>Anything else: {@code close()}.
     * </ul>
     *
     * <p>Whoever waits does so for three quarters of the time that closing may take; the last quarter is for the close
     * itself. If it had to be rough the result says so, and names what was still there.
     *
     * @throws IllegalArgumentException if the name is blank, or the executor is one that cannot be shut down
     */
    public static Resource from(String name, ResourceType type, AutoCloseable instance) {
        Objects.requireNonNull(instance, "resource '" + name + "'");
        return of(name, type, instance, KnownClosings.of(name, instance));
    }

    /**
     * {@return a process that is asked to end ({@link Process#destroy}), waited for, and killed in the last quarter of
     * its time ({@link Process#destroyForcibly})}
     *
     * @throws IllegalArgumentException if the name is blank
     */
    public static Resource from(String name, ResourceType type, Process process) {
        Objects.requireNonNull(process, "resource '" + name + "'");
        return of(name, type, process, deadline -> ProcessClosing.close(process, deadline));
    }

    private static Resource of(
            String name, ResourceType type, @Nullable Object instance, TimedAction close) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException(
                    "name: '" + name + "'; allowed is a resource's name that is not blank");
        }
        Objects.requireNonNull(type, "type of resource '" + name + "'");
        return new Resource(name, type, type.priority(), null, instance, close, null);
    }

    private Resource(
            String name,
            ResourceType type,
            int priority,
            @Nullable Duration timeout,
            @Nullable Object instance,
            TimedAction close,
            @Nullable Action force) {
        this.name = name;
        this.type = type;
        this.priority = priority;
        this.timeout = timeout;
        this.instance = instance;
        this.close = close;
        this.force = force;
    }

    /** {@return the same with another priority, any number: lower closes first, equal ones close side by side} */
    public Resource withPriority(int priority) {
        return new Resource(name, type, priority, timeout, instance, close, force);
    }

    /**
     * {@return the same with a timeout of its own} It is cut to what the budget has left.
     *
     * @throws IllegalArgumentException if the timeout is zero or negative
     */
    public Resource withTimeout(Duration timeout) {
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException(
                    "timeout of resource '"
                            + name
                            + "': "
                            + timeout
                            + "; allowed is more than zero");
        }
        return new Resource(name, type, priority, timeout, instance, close, force);
    }

    /**
     * {@return the same with an action for the case that the close hangs} It runs when the close has not ended although
     * its time was up and it was interrupted; a close that threw is not forced. The close may still be running then.
     */
    public Resource withForce(Action force) {
        Objects.requireNonNull(force, "force");
        return new Resource(name, type, priority, timeout, instance, close, force);
    }

    /** {@return how reports call it} */
    public String name() {
        return name;
    }

    /** {@return what kind of thing it is} */
    public ResourceType type() {
        return type;
    }

    /** {@return when it closes: lower first, equal ones side by side} */
    public int priority() {
        return priority;
    }

    /** {@return how long closing may take; empty for the configured {@code resourceCloseTimeout}} */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    /** {@return the thing itself; null if only its action is known} */
    @Nullable Object instance() {
        return instance;
    }

    TimedAction close() {
        return close;
    }

    Optional<Action> force() {
        return Optional.ofNullable(force);
    }

    @Override
    public String toString() {
        return "Resource[" + name + ", " + type + ", priority " + priority + "]";
    }
}
