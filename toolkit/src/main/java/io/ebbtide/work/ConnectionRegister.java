package io.ebbtide.work;

import io.ebbtide.work.ConnectionTracker.State;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * The connections that are open, and whether more may come, under one lock.
 *
 * <p>A list that runs through the connections themselves: adding and removing allocate nothing and touch two neighbours.
 * Nothing but this package's own code runs under the lock.
 */
final class ConnectionRegister<T> {

    /** How many connections there are and were. */
    record Counts(State state, int active, long tracked, long refused, long failed) {}

    private final int limit;

    // All guarded by this, and so are the links of the connections.
    private State state = State.ACCEPTING;
    private @Nullable TrackedConnection<T> oldest;
    private @Nullable TrackedConnection<T> youngest;
    private int active;
    private long tracked;
    private long refused;
    private long failed;

    ConnectionRegister(int limit) {
        this.limit = limit;
    }

    /** Decides, and adds the connection with the number it gets, if there is to be one. */
    synchronized Optional<TrackedConnection<T>> add(LongFunction<TrackedConnection<T>> connection) {
        if (state != State.ACCEPTING || active >= limit) {
            refused++;
            return Optional.empty();
        }
        TrackedConnection<T> added = connection.apply(tracked + 1);
        tracked++;
        active++;
        added.older = youngest;
        if (youngest == null) {
            oldest = added;
        } else {
            youngest.younger = added;
        }
        youngest = added;
        return Optional.of(added);
    }

    /** Takes out a connection that is in, once. */
    synchronized void remove(TrackedConnection<T> gone) {
        active--;
        if (gone.failure().isPresent()) {
            failed++;
        }
        TrackedConnection<T> older = gone.older;
        TrackedConnection<T> younger = gone.younger;
        if (older == null) {
            oldest = younger;
        } else {
            older.younger = younger;
        }
        if (younger == null) {
            youngest = older;
        } else {
            younger.older = older;
        }
        gone.older = null;
        gone.younger = null;
    }

    /** {@return the state now, which is another one if it was {@code CLOSED}} */
    synchronized State moveTo(State next) {
        if (state != State.CLOSED) {
            state = next;
        }
        return state;
    }

    /** {@return the connections, oldest first; a copy} */
    synchronized List<TrackedConnection<T>> all() {
        List<TrackedConnection<T>> all = new ArrayList<>(active);
        for (TrackedConnection<T> each = oldest; each != null; each = each.younger) {
            all.add(each);
        }
        return all;
    }

    synchronized Counts counts() {
        return new Counts(state, active, tracked, refused, failed);
    }
}
