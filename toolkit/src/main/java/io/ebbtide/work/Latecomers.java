package io.ebbtide.work;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Who came once the door had been closed, and when the latest of them did. Thread-safe. */
final class Latecomers {

    private final LongAdder count = new LongAdder();
    private final AtomicLong latest;

    /** Nobody yet. */
    Latecomers(long now) {
        latest = new AtomicLong(now);
    }

    /** Somebody has been refused at {@code now}. */
    void add(long now) {
        latest.accumulateAndGet(now, Gate::later);
        count.increment();
    }

    /** Takes over what a gate that is no longer asked has seen. */
    void inherit(Latecomers other) {
        latest.accumulateAndGet(other.latest(), Gate::later);
        count.add(other.count());
    }

    long count() {
        return count.sum();
    }

    /** {@return when the latest came; when this was made if nobody did} */
    long latest() {
        return latest.get();
    }
}
