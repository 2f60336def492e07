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

/** The actions of users at certain moments of a shutdown. A moment that has come takes no more. Thread-safe. */
final class Hooks {

    enum Moment {
        BEFORE,
        FLUSH,
        AFTER
    }

    private record Hook(String name, Action action) {}

    /** Guarded by this, as is {@link #taken}. */
    private final Map<Moment, List<Hook>> hooks = new EnumMap<>(Moment.class);

    private final Set<Moment> taken = EnumSet.noneOf(Moment.class);

    synchronized void add(Moment moment, String name, Action action) {
        Objects.requireNonNull(action, "action");
        if (name.isBlank()) {
            throw new IllegalArgumentException(
                    "name: '" + name + "'; allowed is a hook's name that is not blank");
        }
        if (taken.contains(moment)) {
            throw new IllegalStateException(
                    "hook '" + name + "' comes too late: the moment " + moment + " has passed");
        }
        List<Hook> sameMoment = hooks.computeIfAbsent(moment, _ -> new ArrayList<>());
        if (sameMoment.stream().anyMatch(hook -> hook.name().equals(name))) {
            throw new IllegalArgumentException(
                    "name: a hook '" + name + "' exists already; allowed is each name once");
        }
        sameMoment.add(new Hook(name, action));
    }

    /** {@return whether there was one of that name whose moment has not come} It does not run then. */
    synchronized boolean remove(Moment moment, String name) {
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
