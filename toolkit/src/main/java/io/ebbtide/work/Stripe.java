package io.ebbtide.work;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

/**
 * One part of a scope's count and register. A busy scope has several, so that threads on different cores do not meet.
 *
 * <p>Invariants, cited by number below:
 *
 * <ol>
 *   <li>Whether work may enter and that it has entered are one change of one word: {@code drained} can never be seen
 *       while work that was admitted still runs.
 *   <li>A permit is counted before it is registered and taken out of the register before it is uncounted: whoever sees
 *       the count at zero sees an empty register.
 *   <li>Whoever seals looks at the register afterwards; whoever registers looks at the seal afterwards: a permit that
 *       enters while the scope is cancelled is seen by one of the two.
 * </ol>
 *
 * <p>The word, from the top: 30 bits count admissions (and wrap), one says sealed, one says draining, 32 count what is in
 * flight.
 */
final class Stripe {

    private static final long IN_FLIGHT = 0xFFFF_FFFFL;
    private static final long DRAINING = 1L << 32;
    private static final long SEALED = 1L << 33;
    private static final int ADMISSIONS_SHIFT = 34;
    private static final long ENTERED = (1L << ADMISSIONS_SHIFT) + 1;
    private static final long LEFT = -1;

    /** What closes the door for work from outside, and for everyone. */
    private static final long TO_OUTSIDERS = DRAINING | SEALED;

    private static final int FIRST_CHUNK = 16;

    private static final VarHandle WORD;
    private static final VarHandle LAST_ENTERED;
    private static final VarHandle CHUNKS;
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Permit[].class);

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WORD = lookup.findVarHandle(Stripe.class, "word", long.class);
            LAST_ENTERED = lookup.findVarHandle(Stripe.class, "lastEntered", long.class);
            CHUNKS = lookup.findVarHandle(Stripe.class, "chunks", Permit[][].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Changed only by compare-and-set and atomic addition. */
    private volatile long word;

    /** Written by whoever enters, without order between them; read by the coordinator. */
    @SuppressWarnings("UnusedVariable") // through LAST_ENTERED
    private long lastEntered;

    /** The register: slots, each empty or with a permit. Grows by a chunk, never shrinks; the last chunk is the largest. */
    private volatile Permit[][] chunks = {new Permit[FIRST_CHUNK]};

    /** Keeps the hot fields of two stripes on different cache lines. */
    @SuppressWarnings("UnusedVariable")
    private long pad0, pad1, pad2, pad3, pad4, pad5, pad6, pad7, pad8, pad9, padA, padB, padC, padD;

    private final int limit;

    Stripe(int limit, long now) {
        this.limit = limit;
        this.lastEntered = now;
    }

    /** How a call of {@link #count} ended. */
    static final long CLOSED = 0;

    static final long FULL = -1;

    /**
     * Counts one piece of work in, if it may enter (invariant 1).
     *
     * @return the word now, for {@link #register}; or {@link #CLOSED}, or {@link #FULL}
     */
    long countOutsider() {
        return count(TO_OUTSIDERS);
    }

    /** The same for work that belongs to work which still runs: it may enter while draining, and above the limit. */
    long countInsider() {
        return count(SEALED);
    }

    private long count(long closedBy) {
        while (true) {
            long before = word;
            if ((before & closedBy) != 0) {
                return CLOSED;
            }
            if ((int) before >= limit && closedBy == TO_OUTSIDERS) {
                return FULL;
            }
            if (WORD.compareAndSet(this, before, before + ENTERED)) {
                return before + ENTERED;
            }
        }
    }

    /**
     * Puts a counted permit into a free slot near {@code hint}.
     *
     * @param counted the word as the count left it: read again, it would have to come back from another core
     */
    void register(Permit permit, long counted, int hint) {
        LAST_ENTERED.setOpaque(this, permit.startedAt());
        int inFlight = (int) counted;
        int start = hint + (int) (counted >>> ADMISSIONS_SHIFT); // spreads what one thread lets in
        while (true) {
            Permit[][] all = chunks;
            Permit[] chunk = all[all.length - 1];
            int mask = chunk.length - 1;
            if (inFlight <= chunk.length >> 1) {
                for (int probe = start, end = start + chunk.length; probe != end; probe++) {
                    int slot = probe & mask;
                    if (chunk[slot] == null && permit.settleAt(chunk, slot)) {
                        return;
                    }
                }
            }
            grow(all);
        }
    }

    static boolean occupy(Permit[] chunk, int slot, Permit permit) {
        return SLOT.compareAndSet(chunk, slot, null, permit);
    }

    private void grow(Permit[][] all) {
        Permit[][] more = java.util.Arrays.copyOf(all, all.length + 1);
        more[all.length] = new Permit[all[all.length - 1].length * 2];
        CHUNKS.compareAndSet(this, all, more);
    }

    /** Takes a permit out (invariant 2). {@return the word as it was before, for the two questions below} */
    long leave(Permit[] chunk, int slot) {
        SLOT.setRelease(chunk, slot, null);
        return (long) WORD.getAndAdd(this, LEFT);
    }

    /** Takes back a count whose permit was never registered. */
    void uncount() {
        long _ = (long) WORD.getAndAdd(this, LEFT);
    }

    /** Whether whoever left did so while draining, before anybody was interrupted. */
    static boolean wasDrained(long wordBefore) {
        return (wordBefore & TO_OUTSIDERS) == DRAINING;
    }

    /** Whether whoever left was the last one behind a closed door, so that somebody may be waiting for it. */
    static boolean wasLast(long wordBefore) {
        return (wordBefore & TO_OUTSIDERS) != 0 && (int) wordBefore == 1;
    }

    void drain() {
        WORD.getAndBitwiseOr(this, DRAINING);
    }

    void seal() {
        WORD.getAndBitwiseOr(this, SEALED);
    }

    boolean isSealed() {
        return (word & SEALED) != 0;
    }

    int inFlight() {
        return (int) (word & IN_FLIGHT);
    }

    /** {@return how often work has entered, modulo 2³⁰} */
    int admissions() {
        return (int) (word >>> ADMISSIONS_SHIFT);
    }

    long lastEntered() {
        return (long) LAST_ENTERED.getOpaque(this);
    }

    void forEach(Consumer<Permit> action) {
        for (Permit[] chunk : chunks) {
            for (int slot = 0; slot < chunk.length; slot++) {
                Permit permit = (Permit) SLOT.getVolatile(chunk, slot);
                if (permit != null) {
                    action.accept(permit);
                }
            }
        }
    }
}
