package io.ebbtide.work;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Designs of a door that look right and are not. The tests and proofs have to reject each of them; one that does not is
 * worth nothing.
 *
 * <p>{@code seam} is called between the two halves of each step that should have been one.
 */
final class WrongDoors {

    private WrongDoors() {}

    /** A flag, a counter and who waits; right as it stands, for others to spoil. */
    private abstract static class Flagged implements Door {

        final Runnable seam;
        final AtomicInteger inside = new AtomicInteger();
        final WaitSet waiters;
        private final TimeSource time;
        volatile boolean closed;

        Flagged(TimeSource time, Runnable seam) {
            this.time = time;
            this.seam = seam;
            this.waiters = new WaitSet(time);
        }

        @Override
        public Ticket enter() {
            inside.incrementAndGet();
            seam.run();
            if (closed) {
                leave();
                return null;
            }
            return ticket();
        }

        Ticket ticket() {
            return new Ticket() {
                private final AtomicBoolean used = new AtomicBoolean();

                @Override
                public void exit() {
                    if (!used.getAndSet(true)) {
                        leave();
                    }
                }
            };
        }

        void leave() {
            inside.decrementAndGet();
            seam.run();
            if (closed) {
                waiters.wake();
            }
        }

        @Override
        public void close() {
            closed = true;
            waiters.wake();
        }

        @Override
        public int count() {
            return inside.get();
        }

        @Override
        public boolean isDrained() {
            return closed && count() == 0;
        }

        @Override
        public void awaitDrained() throws InterruptedException {
            waiters.await(this::isDrained, Deadline.never(time));
        }
    }

    /** M1: looks at the flag and counts afterwards. In between the door closes and is found empty. */
    static final class ChecksThenCounts extends Flagged {

        ChecksThenCounts(TimeSource time, Runnable seam) {
            super(time, seam);
        }

        @Override
        public Ticket enter() {
            if (closed) {
                return null;
            }
            seam.run();
            inside.incrementAndGet();
            return ticket();
        }
    }

    /** M2: looks whether somebody may be waiting, and leaves afterwards. In between somebody begins to wait. */
    static final class LooksThenLeaves extends Flagged {

        LooksThenLeaves(TimeSource time, Runnable seam) {
            super(time, seam);
        }

        @Override
        void leave() {
            boolean awaited = closed;
            seam.run();
            inside.decrementAndGet();
            if (awaited) {
                waiters.wake();
            }
        }
    }

    /** M3: counts in on one cell and out on another. Whoever adds them up meets the one and misses the other. */
    static final class CountsInCells extends Flagged {

        private final AtomicIntegerArray cells = new AtomicIntegerArray(2);

        CountsInCells(TimeSource time, Runnable seam) {
            super(time, seam);
        }

        @Override
        public Ticket enter() {
            cells.incrementAndGet(0);
            seam.run();
            if (closed) {
                leave();
                return null;
            }
            return ticket();
        }

        @Override
        void leave() {
            cells.decrementAndGet(1);
            waiters.wake();
        }

        @Override
        public int count() {
            int first = cells.get(0);
            seam.run();
            return first + cells.get(1);
        }
    }

    /** M5: looks whether a ticket has been used, and marks it afterwards. In between it is used again. */
    static final class ChecksThenSets extends Flagged {

        ChecksThenSets(TimeSource time, Runnable seam) {
            super(time, seam);
        }

        @Override
        Ticket ticket() {
            return new Ticket() {
                private volatile boolean used;

                @Override
                public void exit() {
                    if (!used) {
                        seam.run();
                        used = true;
                        leave();
                    }
                }
            };
        }
    }
}
