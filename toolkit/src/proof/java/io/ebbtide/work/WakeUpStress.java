package io.ebbtide.work;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** Waiting and waking, on real cores: no wake-up is lost (I4). */
public class WakeUpStress {

    /**
     * Parks by spinning, and so knows of a lost wake-up the moment it has happened: whoever was to wake has done all that
     * it will do, and the parked thread has not been woken.
     */
    static final class SpinningTime implements TimeSource {

        private volatile boolean unparked;
        private volatile boolean over;
        private volatile boolean lost;

        /** The waking side has nothing more to do. */
        void over() {
            over = true;
        }

        /** {@return 1 if somebody waited in vain, 0 if not} */
        int lost() {
            return lost ? 1 : 0;
        }

        @Override
        public long nanos() {
            return 0;
        }

        @Override
        public void parkUntil(Object blocker, long instant) {
            while (!unparked && !over) {
                Thread.onSpinWait();
            }
            lost = !unparked;
            unparked = false;
        }

        @Override
        public void unpark(Thread thread) {
            unparked = true;
        }
    }

    static void await(Door door) {
        try {
            door.awaitDrained();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A set of waiters: whoever adds itself looks once more, whoever wakes has made it true before. */
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "woken, or had no need to wait")
    @Outcome(expect = FORBIDDEN, desc = "a lost wake-up")
    @State
    public static class AwaitVsWake {

        private final SpinningTime time = new SpinningTime();
        private final WaitSet waiters = new WaitSet(time);
        private volatile boolean done;

        /** Waited in vain? */
        @Actor
        public void await(I_Result r) {
            try {
                waiters.await(() -> done, Deadline.never(time));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            r.r1 = time.lost();
        }

        /** Makes it true and wakes. */
        @Actor
        public void wake() {
            done = true;
            waiters.wake();
            time.over();
        }
    }

    /** Whoever joins a scope is woken by the last one that leaves it. */
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "woken, or had no need to wait")
    @Outcome(expect = FORBIDDEN, desc = "a lost wake-up")
    @State
    public static class JoinVsExit {

        private final SpinningTime time = new SpinningTime();
        private final ScopeDoor door = ScopeDoor.narrow(time);
        private final Door.Ticket ticket = door.enter();

        /** Waited in vain? */
        @Actor
        public void join(I_Result r) {
            door.close();
            WakeUpStress.await(door);
            r.r1 = time.lost();
        }

        /** The last one leaves. */
        @Actor
        public void exit() {
            ticket.exit();
            time.over();
        }
    }

    /** The same in a tree. */
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "woken, or had no need to wait")
    @Outcome(expect = FORBIDDEN, desc = "a lost wake-up")
    @State
    public static class JoinOfTreeVsExit {

        private final SpinningTime time = new SpinningTime();
        private final ScopeDoor door = ScopeDoor.wide(time);
        private final Door.Ticket ticket = door.enter();

        /** Waited in vain? */
        @Actor
        public void join(I_Result r) {
            door.close();
            WakeUpStress.await(door);
            r.r1 = time.lost();
        }

        /** The last one leaves. */
        @Actor
        public void exit() {
            ticket.exit();
            time.over();
        }
    }
}
