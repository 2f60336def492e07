package io.ebbtide.work;

import java.util.ArrayList;
import java.util.List;

/** What a piece of work has asked to be told about the end of its service. Not thread-safe: guarded by its {@link Permit}. */
final class Goodbyes {

    /** When to be told. */
    enum When {
        /** While everyone is still let in. */
        LAME_DUCK,
        /** When nobody is any more. */
        DRAIN
    }

    private record Goodbye(When when, Runnable what) {
        boolean isDueAt(When moment) {
            return when.compareTo(moment) <= 0;
        }
    }

    private final List<Goodbye> waiting = new ArrayList<>(1);

    void add(When when, Runnable what) {
        waiting.add(new Goodbye(when, what));
    }

    /** Takes out those that are due once {@code moment} has come, in the order in which they were added. */
    List<Runnable> take(When moment) {
        List<Runnable> due =
                waiting.stream()
                        .filter(goodbye -> goodbye.isDueAt(moment))
                        .map(Goodbye::what)
                        .toList();
        waiting.removeIf(goodbye -> goodbye.isDueAt(moment));
        return due;
    }
}
