package io.ebbtide.resource;

import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.work.Deadline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The resources of a service, each closed exactly once, in the order of their priority.
 *
 * <p>A registration that races the closing is either taken, and then closed, or refused, and then the caller's: looking
 * and adding are one step. Thread-safe; no lock is held while a resource closes.
 */
public final class Resources {

    /** Guarded by this. In the order of registration. */
    private final List<Resource> registered = new ArrayList<>();

    /** Guarded by this. */
    private boolean closing;

    /** No resources yet. */
    public Resources() {}

    /**
     * Takes a resource in charge.
     *
     * @throws IllegalArgumentException if the name is taken
     * @throws IllegalStateException if closing has begun; the resource stays the caller's
     */
    public synchronized void register(Resource resource) {
        if (closing) {
            throw new IllegalStateException(
                    "resource '"
                            + resource.name()
                            + "' comes too late: resources are being closed; close it yourself");
        }
        if (registered.stream().anyMatch(other -> other.name().equals(resource.name()))) {
            throw new IllegalArgumentException(
                    "name: a resource '"
                            + resource.name()
                            + "' is registered already; allowed is each name once");
        }
        registered.add(resource);
    }

    /** {@return how many resources are registered} */
    public synchronized int size() {
        return registered.size();
    }

    /**
     * Closes all resources, priority by priority: lower first, equal ones side by side. Blocks until all are closed or
     * abandoned. A second call does nothing.
     *
     * @param timeout how long a close may take that has no timeout of its own
     * @param end when closing must be over
     */
    public void close(Steps steps, Duration timeout, Deadline end) {
        for (List<Step> group : takeByPriority(timeout)) {
            steps.sideBySide(ShutdownPhase.CLOSING_RESOURCES, group, end);
        }
    }

    private synchronized List<List<Step>> takeByPriority(Duration timeout) {
        if (closing) {
            return List.of();
        }
        closing = true;
        Map<Integer, List<Step>> groups = new TreeMap<>();
        for (Resource resource : registered.reversed()) {
            Duration own = resource.timeout();
            groups.computeIfAbsent(resource.priority(), _ -> new ArrayList<>())
                    .add(new Step(resource.name(), own == null ? timeout : own, resource.close()));
        }
        return List.copyOf(groups.values());
    }
}
