package io.ebbtide.work;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.ebbtide.work.WakeUpStress.SpinningTime;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** The wrong designs, on real cores. Every one of these has to fail: if one does not, the proofs prove nothing. */
public class WrongStress {

    private static final TimeSource TIME = TimeSource.system();
    private static final Runnable NO_SEAM = () -> {};

    private static int yes(boolean answer) {
        return answer ? 1 : 0;
    }

    /** As {@link GateStress.EnterVsClose}. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "0, 0"},
            expect = ACCEPTABLE,
            desc = "in or drained, or neither")
    @Outcome(expect = FORBIDDEN, desc = "let in after it was drained")
    @State
    public static class M1ChecksThenCounts {

        private final Door door = new WrongDoors.ChecksThenCounts(TIME, NO_SEAM);

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

    /** As {@link WakeUpStress.JoinVsExit}. */
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "woken, or had no need to wait")
    @Outcome(expect = FORBIDDEN, desc = "a lost wake-up")
    @State
    public static class M2LooksThenLeaves {

        private final SpinningTime time = new SpinningTime();
        private final Door door = new WrongDoors.LooksThenLeaves(time, NO_SEAM);
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

    /** Work that runs all the time, and somebody who is refused. */
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "not drained: work runs")
    @Outcome(expect = FORBIDDEN, desc = "drained while work runs")
    @State
    public static class M3CountsInCells {

        private final Door door = new WrongDoors.CountsInCells(TIME, NO_SEAM);
        private final Door.Ticket running = door.enter();

        /** Knocks. */
        @Actor
        public void enter() {
            door.enter();
        }

        /** Drained? */
        @Actor
        public void close(I_Result r) {
            door.close();
            r.r1 = yes(running != null && door.isDrained());
        }
    }

    /** As {@link GateStress.DoubleExit}. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "one is left")
    @Outcome(expect = FORBIDDEN, desc = "miscounted")
    @State
    public static class M5ChecksThenSets {

        private final Door door = new WrongDoors.ChecksThenSets(TIME, NO_SEAM);
        private final Door.Ticket ticket = door.enter();
        private final Door.Ticket other = door.enter();

        /** Ends it. */
        @Actor
        public void one() {
            ticket.exit();
        }

        /** Ends it too. */
        @Actor
        public void two() {
            ticket.exit();
        }

        /** How much is inside? */
        @Arbiter
        public void count(I_Result r) {
            r.r1 = other == null ? -1 : door.count();
        }
    }

    /** As {@link ConnectionStress.TrackVsSweep}. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "closed once")
    @Outcome(expect = FORBIDDEN, desc = "forgotten, or closed twice")
    @State
    public static class M6ChecksThenAdds {

        private final Desk desk = new WrongDesks.ChecksThenAdds(NO_SEAM);
        private final Desk.Socket socket = new Desk.Socket();

        /** Takes it, or closes it. */
        @Actor
        public void accept() {
            if (desk.take(socket) == null) {
                socket.close();
            }
        }

        /** Closes all. */
        @Actor
        public void sweep() {
            desk.closeAll();
        }

        /** Closed how often? */
        @Arbiter
        public void count(I_Result r) {
            r.r1 = socket.closings();
        }
    }
}
