package io.ebbtide;

import io.ebbtide.report.ShutdownListener;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Who is told what a shutdown does. Once one has looked at them no more are taken. Thread-safe. */
final class Listeners {

    /** Guarded by this, as is {@link #taken}. */
    private final List<ShutdownListener> all = new ArrayList<>();

    private boolean taken;

    synchronized void add(ShutdownListener listener) {
        Objects.requireNonNull(listener, "listener");
        if (taken) {
            throw new IllegalStateException("this listener comes too late: the shutdown has begun");
        }
        all.add(listener);
    }

    /** {@return who is told, the log if nobody asked to be; further ones are refused} */
    synchronized List<ShutdownListener> take() {
        taken = true;
        return all.isEmpty() ? List.of(ShutdownListener.logging("io.ebbtide")) : List.copyOf(all);
    }

    /** The shutdown has been called off: more may be added. */
    synchronized void reopen() {
        taken = false;
    }
}
