package io.ebbtide.work;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** How the background tasks that are over have ended; the earliest are forgotten. Thread-safe. */
final class EndedTasks {

    private final int capacity;
    private final Map<String, TaskStatus> ends = new LinkedHashMap<>();

    EndedTasks(int capacity) {
        this.capacity = capacity;
    }

    /** Takes down how a task ended, in place of what was known of that name. */
    synchronized void add(String name, TaskStatus end) {
        ends.remove(name); // so that it comes last
        ends.put(name, end);
        if (ends.size() > capacity) {
            ends.remove(ends.keySet().iterator().next());
        }
    }

    synchronized Optional<TaskStatus> of(String name) {
        return Optional.ofNullable(ends.get(name));
    }

    synchronized boolean isEmpty() {
        return ends.isEmpty();
    }

    /** {@return what is known; a copy} */
    synchronized Map<String, TaskStatus> all() {
        return Map.copyOf(ends);
    }
}
