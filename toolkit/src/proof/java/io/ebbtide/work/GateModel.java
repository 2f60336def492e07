package io.ebbtide.work;

import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A door, as the model checker sees it: operations that threads call at once, whose answers must be those that {@link
 * Sequential} would give in some order.
 */
public abstract class GateModel {

    /** More threads than any scenario has. */
    private static final int THREADS = 16;

    /** Time that stands still, so that every run is the same. Parks for real, which the checker understands. */
    static final TimeSource STILL =
            new TimeSource() {
                @Override
                public long nanos() {
                    return 0;
                }

                @Override
                public void parkUntil(Object blocker, long instant) {
                    LockSupport.park(blocker);
                }

                @Override
                public void unpark(Thread thread) {
                    LockSupport.unpark(thread);
                }
            };

    /** The real thing. */
    public static final class OfScope extends GateModel {

        /** For the checker. */
        public OfScope() {
            super(ScopeDoor.narrow(STILL));
        }
    }

    /** M1. */
    public static final class OfChecksThenCounts extends GateModel {

        /** For the checker. */
        public OfChecksThenCounts() {
            super(new WrongDoors.ChecksThenCounts(STILL, () -> {}));
        }
    }

    private final Door door;

    /** The tickets of each thread, which no other thread touches. */
    private final List<Deque<Door.Ticket>> own = new ArrayList<>();

    GateModel(Door door) {
        this.door = door;
        for (int i = 0; i < THREADS; i++) {
            own.add(new ArrayDeque<>());
        }
    }

    /** {@return whether the thread was let in} */
    @Operation
    public boolean enter(@Param(gen = ThreadIdGen.class) int thread) {
        Door.Ticket ticket = door.enter();
        return ticket != null && own.get(thread).add(ticket);
    }

    /** {@return whether the thread had anything to leave from} */
    @Operation
    public boolean exit(@Param(gen = ThreadIdGen.class) int thread) {
        Door.Ticket ticket = own.get(thread).poll();
        if (ticket == null) {
            return false;
        }
        ticket.exit();
        return true;
    }

    /** Refuses from now on. */
    @Operation
    public void close() {
        door.close();
    }

    /** {@return how much is inside} */
    @Operation
    public int count() {
        return door.count();
    }

    /** {@return whether it is closed and empty} */
    @Operation
    public boolean isDrained() {
        return door.isDrained();
    }

    /** What a door is, for one thread. */
    public static final class Sequential {

        private final int[] own = new int[THREADS];
        private boolean closed;

        /** See {@link GateModel#enter}. */
        public boolean enter(int thread) {
            if (!closed) {
                own[thread]++;
            }
            return !closed;
        }

        /** See {@link GateModel#exit}. */
        public boolean exit(int thread) {
            return own[thread] > 0 && own[thread]-- > 0;
        }

        /** See {@link GateModel#close}. */
        public void close() {
            closed = true;
        }

        /** See {@link GateModel#count}. */
        public int count() {
            int count = 0;
            for (int each : own) {
                count += each;
            }
            return count;
        }

        /** See {@link GateModel#isDrained}. */
        public boolean isDrained() {
            return closed && count() == 0;
        }
    }
}
