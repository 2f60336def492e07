package io.ebbtide;

import io.ebbtide.resource.Step;
import io.ebbtide.work.Deadline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The ways in. Once the shutdown has looked at them no more are taken. Thread-safe. */
final class Entrances {

    private record Named(String name, Entrance entrance) {}

    /** Guarded by this, as is {@link #taken}. */
    private final List<Named> all = new ArrayList<>();

    private boolean taken;

    /** Asks the entrance for its name now, so that its code need not be called for it later. */
    void add(Entrance entrance) {
        String name = entrance.name();
        if (name.isBlank()) {
            throw new IllegalArgumentException(
                    "name: '" + name + "'; allowed is an entrance's name that is not blank");
        }
        synchronized (this) {
            if (taken) {
                throw new IllegalStateException(
                        "entrance '" + name + "' comes too late: the shutdown has begun");
            }
            if (all.stream().anyMatch(other -> other.name().equals(name))) {
                throw new IllegalArgumentException(
                        "name: an entrance '"
                                + name
                                + "' exists already; allowed is each name once");
            }
            all.add(new Named(name, entrance));
        }
    }

    synchronized List<Step> announcements(Duration timeout) {
        taken = true;
        return all.stream()
                .map(one -> new Step("announce " + one.name(), timeout, one.entrance()::announce))
                .toList();
    }

    /** The shutdown has been called off: more may be added. */
    synchronized List<Step> resumptions(Duration timeout) {
        taken = false;
        return all.stream()
                .map(one -> new Step("resume " + one.name(), timeout, one.entrance()::resume))
                .toList();
    }

    synchronized List<Step> refusals(Duration timeout, Deadline deadline) {
        return all.stream()
                .map(one -> new Step(one.name(), timeout, () -> one.entrance().refuse(deadline)))
                .toList();
    }
}
