package io.ebbtide.work;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Whom a cancelled scope interrupts, on real cores: who is inside, nobody else. Yes is 1, no is 0. */
public class InterruptStress {

    private static final TimeSource TIME = TimeSource.system();

    private static int yes(boolean answer) {
        return answer ? 1 : 0;
    }

    /** A thread that does nothing but remember that it was interrupted. */
    private static final class Witness extends Thread {

        private volatile boolean interrupted;

        @Override
        public void interrupt() {
            interrupted = true;
        }

        @Override
        public boolean isInterrupted() {
            return interrupted;
        }
    }

    /** Who seals looks at the register, who registers looks at the seal: one of them sees the other (Stripe's third). */
    @JCStressTest
    @Outcome(id = "1, [01]", expect = ACCEPTABLE, desc = "the registering one saw the seal")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the sealing one saw the permit")
    @Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "refused")
    @Outcome(expect = FORBIDDEN, desc = "neither saw the other")
    @State
    public static class RegisterVsSeal {

        private final Scope scope = Scope.open("work", TIME);
        private final Stripe stripe = new Stripe(Integer.MAX_VALUE, 0);
        private final Permit permit =
                new Permit(scope, stripe, "", "work", Peer.NOBODY, null, 0, null);
        private boolean seen;

        /** Saw the seal? */
        @Actor
        public void register(II_Result r) {
            long counted = stripe.countOutsider();
            if (counted == Stripe.CLOSED) {
                r.r1 = 2;
            } else {
                stripe.register(permit, counted, 0);
                r.r1 = yes(stripe.isSealed());
            }
        }

        /** Saw the permit? */
        @Actor
        public void seal(II_Result r) {
            stripe.seal();
            stripe.forEach(found -> seen = true);
            r.r2 = yes(seen);
        }
    }

    /** Who comes in while the scope is cancelled is interrupted, or does not come in. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "came in, and was interrupted")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "refused")
    @Outcome(expect = FORBIDDEN, desc = "inside a cancelled scope and not told, or told outside")
    @State
    public static class EnterVsCancel {

        private final Scope scope = Scope.open("work", TIME);
        private final Witness witness = new Witness();

        /** Admitted? */
        @Actor
        public void enter(II_Result r) {
            Admission admission = scope.gate().admit(scope, "", "work", Peer.NOBODY, null, witness);
            r.r1 = yes(admission instanceof Permit);
        }

        /** Interrupts who is inside. */
        @Actor
        public void cancel() {
            scope.cancel();
        }

        /** Interrupted? */
        @Arbiter
        public void look(II_Result r) {
            r.r2 = yes(witness.isInterrupted());
        }
    }

    /** A thread that has left is not interrupted, and leaves with its flag as it came. */
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "the flag is as it was")
    @Outcome(expect = FORBIDDEN, desc = "left with our interrupt")
    @State
    public static class CloseVsCancel {

        private final Scope scope = Scope.open("work", TIME);

        /** Interrupted after it has left? */
        @Actor
        public void work(I_Result r) {
            if (scope.enter("work") instanceof Permit permit) {
                permit.close();
            }
            r.r1 = yes(Thread.interrupted());
        }

        /** Interrupts who is inside. */
        @Actor
        public void cancel() {
            scope.cancel();
        }
    }

    /** The same for work that goes on without the thread. */
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "the flag is as it was")
    @Outcome(expect = FORBIDDEN, desc = "left with our interrupt")
    @State
    public static class LeaveVsCancel {

        private final Scope scope = Scope.open("work", TIME);
        private final Permit permit = (Permit) scope.enter("async");

        /** Before anyone acts the work has left the thread that made this. */
        public LeaveVsCancel() {
            permit.leaveThread();
        }

        /** Interrupted after it has left? */
        @Actor
        public void work(I_Result r) {
            permit.enterThread();
            permit.leaveThread();
            r.r1 = yes(Thread.interrupted());
        }

        /** Interrupts who is inside. */
        @Actor
        public void cancel() {
            scope.cancel();
        }
    }

    /** The same when another thread ends the work meanwhile. */
    @JCStressTest
    @Outcome(
            id = "0, 0",
            expect = ACCEPTABLE,
            desc = "the flag is as it was, and nothing is inside")
    @Outcome(expect = FORBIDDEN, desc = "left with our interrupt, or miscounted")
    @State
    public static class LeaveVsCancelAndClose {

        private final Scope scope = Scope.open("work", TIME);
        private final Permit permit = (Permit) scope.enter("async");

        /** Before anyone acts the work has left the thread that made this. */
        public LeaveVsCancelAndClose() {
            permit.leaveThread();
        }

        /** Interrupted after it has left? */
        @Actor
        public void work(II_Result r) {
            permit.enterThread();
            permit.leaveThread();
            r.r1 = yes(Thread.interrupted());
        }

        /** Interrupts who is inside and ends the work. */
        @Actor
        public void cancelAndClose() {
            scope.cancel();
            permit.close();
        }

        /** How much is inside? */
        @Arbiter
        public void count(II_Result r) {
            r.r2 = scope.inFlight();
        }
    }

    /** Two threads that hand work over to one another: each that has left is outside, and stays outside. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "both left with their flags as they came")
    @Outcome(expect = FORBIDDEN, desc = "left with our interrupt")
    @State
    public static class HandOverVsCancel {

        private final Scope scope = Scope.open("work", TIME);
        private final Permit permit = (Permit) scope.enter("async");

        /** Before anyone acts the work has left the thread that made this. */
        public HandOverVsCancel() {
            permit.leaveThread();
        }

        /** Interrupted after it has left? */
        @Actor
        public void one(II_Result r) {
            permit.enterThread();
            permit.leaveThread();
            r.r1 = yes(Thread.interrupted());
        }

        /** Cancels, and is interrupted after it has left? */
        @Actor
        public void other(II_Result r) {
            scope.cancel();
            permit.enterThread();
            permit.leaveThread();
            r.r2 = yes(Thread.interrupted());
        }
    }
}
