package io.ebbtide.resource;

import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.work.Deadline;
import io.ebbtide.work.TimeSource;

import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The resources of a service, each closed exactly once, in the order of their priority.
 *
 * <p>Each has one owner at any time. A registration that races the closing is either taken, and then closed, or refused,
 * and then the caller's; what is taken back is the caller's unless its close has begun. While resources close, one may
 * still be registered whose turn has not come. Looking and changing are one step.
 *
 * <p>Thread-safe; no lock is held while a resource closes.
 */
public final class Resources {

    /** So many close side by side; what is more waits for those. Platform threads are not free. */
    private static final int SIDE_BY_SIDE = 256;

    private final TimeSource time;

    /** Guarded by this, as are the two below. By name, in the order of registration. */
    private final Map<String, Held> held = new LinkedHashMap<>();

    private final IdentityHashMap<Object, Held> byInstance = new IdentityHashMap<>();

    /** Priorities up to this one have had their turn. */
    private long reached = Long.MIN_VALUE;

    /** No resources yet. */
    public Resources(TimeSource time) {
        this.time = time;
    }

    /**
     * Takes a resource in charge.
     *
     * @throws IllegalArgumentException if the name is taken, or the same instance is registered already
     * @throws IllegalStateException if the turn of its priority has come or passed; the resource stays the caller's
     */
    public synchronized void register(Resource resource) {
        if (resource.priority() <= reached) {
            throw new IllegalStateException(
                    "resource '"
                            + resource.name()
                            + "' comes too late: "
                            + (reached == Long.MAX_VALUE
                                    ? "all resources are closed"
                                    : "resources are being closed, up to priority " + reached)
                            + "; close it yourself");
        }
        if (held.containsKey(resource.name())) {
            throw new IllegalArgumentException(
                    "name: a resource '"
                            + resource.name()
                            + "' is registered already; allowed is each name once");
        }
        Held entry = new Held(resource, time);
        Object instance = resource.instance();
        if (instance != null) {
            Held same = byInstance.putIfAbsent(instance, entry);
            if (same != null && hasIdentity(instance)) {
                throw new IllegalArgumentException(
                        "resource '"
                                + resource.name()
                                + "': the same instance is registered already as '"
                                + same.resource().name()
                                + "'; allowed is each instance once");
            }
        }
        held.put(resource.name(), entry);
    }

    /** Lambdas, whose classes are hidden, may or may not be the same object each time, as the JVM likes. */
    private static boolean hasIdentity(Object instance) {
        return !instance.getClass().isHidden();
    }

    /**
     * Gives the resource of that name back to the caller, who closes it from now on.
     *
     * @return whether that was so: {@code false} if there is none, or the turn of its priority has come
     */
    public synchronized boolean unregister(String name) {
        Held entry = held.get(Objects.requireNonNull(name, "name"));
        if (entry == null || entry.resource().priority() <= reached) {
            return false;
        }
        held.remove(name);
        byInstance.values().remove(entry);
        return true;
    }

    /** The same for the resource that is this very instance, whatever its {@code equals} says. */
    public synchronized boolean unregister(AutoCloseable instance) {
        return find(instance).map(entry -> unregister(entry.resource().name())).orElse(false);
    }

    /**
     * Leases a resource to the work that the calling code belongs to, or else to the calling thread. Closing waits for
     * leases for three quarters of its time; then it closes all the same, and says who had it.
     *
     * @throws IllegalArgumentException if this instance is not registered
     * @throws IllegalStateException if it is being closed, or is closed
     */
    public Lease lease(AutoCloseable instance) {
        return find(instance)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "resource: a "
                                                + instance.getClass().getName()
                                                + " that is not registered; allowed is one that"
                                                + " is"))
                .lease();
    }

    private synchronized Optional<Held> find(AutoCloseable instance) {
        Objects.requireNonNull(instance, "resource");
        return Optional.ofNullable(byInstance.get(instance));
    }

    /** {@return whether a resource of that name is registered} */
    public synchronized boolean contains(String name) {
        return held.containsKey(name);
    }

    /** {@return how many resources are registered} */
    public synchronized int size() {
        return held.size();
    }

    /**
     * Closes all resources, priority by priority: lower first, equal ones side by side. Blocks until all are closed or
     * abandoned. A second call does nothing.
     *
     * @param timeout how long a close may take that has no timeout of its own
     * @param end when closing must be over
     */
    public void close(Steps steps, Duration timeout, Deadline end) {
        for (List<Held> group = takeNext(); !group.isEmpty(); group = takeNext()) {
            for (int from = 0; from < group.size(); from += SIDE_BY_SIDE) {
                int to = Math.min(group.size(), from + SIDE_BY_SIDE);
                closeSideBySide(steps, group.subList(from, to), timeout, end);
            }
        }
    }

    /** {@return those whose turn it is, the last registered first; empty once all have had theirs} */
    private synchronized List<Held> takeNext() {
        OptionalInt lowest =
                held.values().stream()
                        .mapToInt(entry -> entry.resource().priority())
                        .filter(priority -> priority > reached)
                        .min();
        if (lowest.isEmpty()) {
            reached = Long.MAX_VALUE;
            return List.of();
        }
        reached = lowest.getAsInt();
        return held.values().stream()
                .filter(entry -> entry.resource().priority() == reached)
                .toList()
                .reversed();
    }

    private static void closeSideBySide(
            Steps steps, List<Held> group, Duration timeout, Deadline end) {
        boolean canBeForced = group.stream().anyMatch(Held::canBeForced);
        steps.sideBySide(
                ShutdownPhase.CLOSING_RESOURCES,
                group.stream().map(entry -> entry.closing(timeout)).toList(),
                canBeForced ? steps.leavingRoom(end) : end);
        steps.sideBySide(
                ShutdownPhase.CLOSING_RESOURCES,
                group.stream()
                        .map(entry -> entry.forcing(timeout))
                        .flatMap(Optional::stream)
                        .toList(),
                end);
    }
}
