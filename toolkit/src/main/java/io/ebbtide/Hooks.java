package io.ebbtide;

import io.ebbtide.resource.Action;
import io.ebbtide.resource.Step;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The actions of a service at certain moments of its shutdown, each by name.
 *
 * {@snippet file="io/ebbtide/examples/Example08HooksAndFlush.java" region="main"}
 *
 * <p><b>Bounded and isolated.</b> Each runs once, on a platform thread of its own, and is interrupted after {@code
 * resourceCloseTimeout}. One that throws, or does not end even then, is recorded in the result, and the next one runs.
 *
 * <p><b>Adding and removing.</b> For each moment a name is taken once. Until its moment has come a hook may be added and
 * removed by any thread: while the service runs, and while it shuts down, by a hook of an earlier moment for example. From
 * then on adding throws and removing says no: each hook that was there has begun, or begins. A shutdown that is
 * {@linkplain StructuredShutdown#resume called off} gives its moments back, and hooks that have run, run again.
 *
 * <p>Thread-safe. To close something use {@link StructuredShutdown#register(String, io.ebbtide.resource.ResourceType,
 * AutoCloseable)}, which knows priorities.
 */
public final class Hooks {

    /** When a hook runs. */
    public enum Moment {
        /**
         * Readiness has gone off, everybody is still served. One after the other, in the order in which they were added.
         * All of them together leave the drain its time.
         */
        BEFORE,
        /** All resources are closed. Side by side, with a share of the budget that no other phase can use. */
        FLUSH,
        /** Everything else is over. One after the other, in the order in which they were added, with what time is left. */
        AFTER
    }

    private record Hook(String name, Action action) {}

    /** Guarded by this, as is {@link #taken}. */
    private final Map<Moment, List<Hook>> hooks = new EnumMap<>(Moment.class);

    private final Set<Moment> taken = EnumSet.noneOf(Moment.class);

    Hooks() {}

    /**
     * Adds a hook that runs when a shutdown begins.
     *
     * @return this
     * @throws IllegalArgumentException if the name is blank or taken
     * @throws IllegalStateException if the moment has come
     */
    public Hooks before(String name, Action hook) {
        return add(Moment.BEFORE, name, hook);
    }

    /** Adds an action for logs, metrics, traces, once all resources are closed. Otherwise like {@link #before}. */
    public Hooks flush(String name, Action flush) {
        return add(Moment.FLUSH, name, flush);
    }

    /** Adds a hook that runs at the very end. Otherwise like {@link #before}. */
    public Hooks after(String name, Action hook) {
        return add(Moment.AFTER, name, hook);
    }

    private synchronized Hooks add(Moment moment, String name, Action action) {
        Objects.requireNonNull(action, "action");
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException(
                    "name: '" + name + "'; allowed is a hook's name that is not blank");
        }
        if (taken.contains(moment)) {
            throw new IllegalStateException(
                    "hook '" + name + "' comes too late: the moment " + moment + " has come");
        }
        List<Hook> sameMoment = hooks.computeIfAbsent(moment, _ -> new ArrayList<>());
        if (sameMoment.stream().anyMatch(hook -> hook.name().equals(name))) {
            throw new IllegalArgumentException(
                    "name: a hook '" + name + "' exists already; allowed is each name once");
        }
        sameMoment.add(new Hook(name, action));
        return this;
    }

    /**
     * Removes a hook, so that it does not run.
     *
     * @return whether there was one of that name whose moment has not come
     */
    public synchronized boolean remove(Moment moment, String name) {
        Objects.requireNonNull(moment, "moment");
        Objects.requireNonNull(name, "name");
        return !taken.contains(moment)
                && hooks.getOrDefault(moment, List.of()).removeIf(hook -> hook.name().equals(name));
    }

    /** {@return the hooks of a moment as steps, in the order in which they were added; further ones are refused} */
    synchronized List<Step> take(Moment moment, Duration timeout) {
        taken.add(moment);
        return hooks.getOrDefault(moment, List.of()).stream()
                .map(hook -> new Step(hook.name(), timeout, hook.action()))
                .toList();
    }

    /** The shutdown has been called off: its moments will come again. */
    synchronized void reopen() {
        taken.clear();
    }
}
