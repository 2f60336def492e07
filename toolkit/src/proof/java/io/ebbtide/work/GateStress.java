package io.ebbtide.work;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** Entering, leaving and draining a scope, on real cores. Yes is 1, no is 0. */
public class GateStress {

    private static final TimeSource TIME = TimeSource.system();

    private static int yes(boolean answer) {
        return answer ? 1 : 0;
    }

    /** Letting in and refusing are one decision (I1, I2). */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "in, and waited for")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "refused, and drained")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "refused, and counted for a moment")
    @Outcome(expect = FORBIDDEN, desc = "let in after it was drained")
    @State
    public static class EnterVsClose {

        private final ScopeDoor door = ScopeDoor.narrow(TIME);

        /** Admitted? */
        @Actor
        public void enter(II_Result r) {
            r.r1 = yes(door.enter() != null);
        }

        /** Drained? */
        @Actor
        public void close(II_Result r) {
            door.close();
            r.r2 = yes(door.isDrained());
        }
    }

    /** The same in a tree, where counts are read one after the other. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "in, and waited for")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "refused, and drained")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "refused, and counted for a moment")
    @Outcome(expect = FORBIDDEN, desc = "let in after it was drained")
    @State
    public static class EnterVsCloseOfTree {

        private final ScopeDoor door = ScopeDoor.wide(TIME);

        /** Admitted? */
        @Actor
        public void enter(II_Result r) {
            r.r1 = yes(door.enter() != null);
        }

        /** Drained? */
        @Actor
        public void close(II_Result r) {
            door.close();
            r.r2 = yes(door.isDrained());
        }
    }

    /** One enters, one leaves, one drains: the count is right in the end, and nobody is missed (I2, I3, I5). */
    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "in, and waited for")
    @Outcome(id = "0, [01], 0", expect = ACCEPTABLE, desc = "refused")
    @Outcome(expect = FORBIDDEN, desc = "drained while work runs, or miscounted")
    @State
    public static class EnterVsCloseVsExit {

        private final ScopeDoor door = ScopeDoor.narrow(TIME);
        private final Door.Ticket early = door.enter();

        /** Admitted? */
        @Actor
        public void enter(III_Result r) {
            r.r1 = yes(door.enter() != null);
        }

        /** Leaves. */
        @Actor
        public void exit() {
            early.exit();
        }

        /** Drained? */
        @Actor
        public void close(III_Result r) {
            door.close();
            r.r2 = yes(door.isDrained());
        }

        /** How much is inside? */
        @Arbiter
        public void count(III_Result r) {
            r.r3 = door.count();
        }
    }

    /** Work goes on in another scope of the tree while both are looked at, one after the other (I3, lineage). */
    @JCStressTest
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "went on, and was waited for")
    @Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = "had nowhere to go on")
    @Outcome(expect = FORBIDDEN, desc = "drained while work runs")
    @State
    public static class MoveVsJoin {

        private final Scope work = Scope.open("work", TIME);
        private final Scope mails = work.child("mails");
        private final Scope requests = work.child("requests");
        private final Permit request = (Permit) requests.enter("request");

        /** Drains before anyone acts. */
        public MoveVsJoin() {
            work.drain(Deadline.never(TIME));
        }

        /** Admitted? */
        @Actor
        public void goOn(II_Result r) {
            Admission mail = request.call(() -> mails.enter("mail"));
            request.close();
            r.r1 = yes(mail instanceof Permit);
        }

        /** Drained? */
        @Actor
        public void join(II_Result r) {
            r.r2 = yes(ScopeDoor.isDrained(work, TIME));
        }
    }

    /** What work has done is seen by whoever has joined it (I7). */
    @JCStressTest
    @Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = "not drained yet")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "drained, and seen")
    @Outcome(expect = FORBIDDEN, desc = "drained, and stale")
    @State
    public static class ExitVsJoin {

        private final ScopeDoor door = ScopeDoor.narrow(TIME);
        private final Door.Ticket ticket = door.enter();
        private int written;

        /** Drains before anyone acts. */
        public ExitVsJoin() {
            door.close();
        }

        /** Works and leaves. */
        @Actor
        public void work() {
            written = 1;
            ticket.exit();
        }

        /** Drained? And what is to be seen? */
        @Actor
        public void join(II_Result r) {
            r.r1 = yes(door.isDrained());
            r.r2 = written;
        }
    }

    /** A permit that two threads close at once counts once, and the other call is noticed (I5). */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "one is left, one came too late")
    @Outcome(expect = FORBIDDEN, desc = "miscounted")
    @State
    public static class DoubleExit {

        private final Scope scope = Scope.open("work", TIME);
        private final Permit permit = (Permit) scope.enter("ended twice");
        private final Admission other = scope.enter("other");

        /** Ends it. */
        @Actor
        public void one() {
            permit.close();
        }

        /** Ends it too. */
        @Actor
        public void two() {
            permit.close();
        }

        /** How much is inside? How often too late? */
        @Arbiter
        public void count(II_Result r) {
            r.r1 = other instanceof Permit ? scope.inFlight() : -1;
            r.r2 = (int) scope.endedAgain();
        }
    }
}
