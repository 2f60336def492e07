package io.ebbtide.work;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * Where work enters a scope, and the count and register of who is inside: one {@link Stripe}, or several for a busy scope.
 */
final class Gate {

    private final Stripe[] stripes;
    private final LongAdder refused = new LongAdder();
    private final LongAdder drained = new LongAdder();
    private final LongAdder endedAgain = new LongAdder();
    private final Latecomers late;

    private Gate(int width, int limit, long now) {
        stripes = new Stripe[width];
        late = new Latecomers(now);
        for (int i = 0; i < width; i++) {
            stripes[i] = new Stripe(limit, now);
        }
    }

    /** For few threads. */
    static Gate narrow(long now) {
        return new Gate(1, Integer.MAX_VALUE, now);
    }

    /** For many threads; a limit needs one word that knows the whole count, so that it costs the width. */
    static Gate wide(int limit, long now) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit: " + limit + "; allowed is 1 or more");
        }
        if (limit != Integer.MAX_VALUE) {
            return new Gate(1, limit, now);
        }
        int cores = Runtime.getRuntime().availableProcessors();
        int width = Math.min(64, Integer.highestOneBit(Math.max(1, cores - 1)) * 8);
        return new Gate(width, limit, now);
    }

    /**
     * Counts and registers work of {@code scope}, or says why not.
     *
     * @param parent the work that this is a part of; {@code null} if it is part of the scope itself
     * @param inside the calling thread if it is the one that does the work; {@code null} if another will
     */
    Admission admit(
            Scope scope,
            String verb,
            String subject,
            Peer peer,
            @Nullable Permit parent,
            @Nullable Thread inside) {
        long caller =
                Thread.currentThread().threadId(); // neighbours by number get different stripes
        Stripe stripe = stripes[(int) caller & (stripes.length - 1)];
        long counted = stripe.countOutsider();
        if (counted == Stripe.CLOSED || counted == Stripe.FULL) {
            boolean full = counted == Stripe.FULL;
            counted = scope.life().isInsider() ? stripe.countInsider() : Stripe.CLOSED;
            if (counted == Stripe.CLOSED) {
                refused.increment();
                if (full) {
                    return Refusal.LIMIT_REACHED;
                }
                late.add(scope.time().nanos());
                return Refusal.SHUTTING_DOWN;
            }
        }
        Permit permit;
        try {
            long now = scope.time().nanos();
            permit = new Permit(scope, stripe, verb, subject, peer, parent, now, inside);
            stripe.register(permit, counted, (int) (caller >>> 3));
        } catch (Throwable notLetIn) { // no memory, or a time source that fails
            stripe.uncount();
            scope.life().lastOneLeft();
            throw notLetIn;
        }
        permit.interruptIfCut(); // cannot fail: the permit is the way out from here on
        return permit;
    }

    /** Takes over what a gate that is no longer asked has counted. */
    void inherit(Gate other) {
        refused.add(other.refused());
        drained.add(other.drained());
        endedAgain.add(other.endedAgain());
        late.inherit(other.late);
    }

    void drainedOne() {
        drained.increment();
    }

    /** Somebody was refused before this was asked. */
    void refusedOne() {
        refused.increment();
    }

    void endedOneAgain() {
        endedAgain.increment();
    }

    long endedAgain() {
        return endedAgain.sum();
    }

    long refused() {
        return refused.sum();
    }

    Latecomers late() {
        return late;
    }

    long drained() {
        return drained.sum();
    }

    void each(Consumer<Stripe> action) {
        for (Stripe stripe : stripes) {
            action.accept(stripe);
        }
    }

    void eachPermit(Consumer<Permit> action) {
        each(stripe -> stripe.forEach(action));
    }

    int sum(ToIntFunction<Stripe> count) {
        int sum = 0;
        for (Stripe stripe : stripes) {
            sum += count.applyAsInt(stripe);
        }
        return sum;
    }

    /** {@return when work last entered; when this was made if none has} */
    long lastEntered() {
        long latest = stripes[0].lastEntered();
        for (Stripe stripe : stripes) {
            latest = later(latest, stripe.lastEntered());
        }
        return latest;
    }

    static long later(long one, long other) {
        return other - one > 0 ? other : one;
    }
}
