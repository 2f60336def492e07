package io.ebbtide.work;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

import java.util.concurrent.atomic.AtomicInteger;

/** Who asks to be told of the end, in the moment in which it comes, is told once. */
public class GoodbyeStress {

    /** A stream of a scope whose threads run where they are started. */
    abstract static class Scene {

        final Scope scope = Scope.open("work", GateModel.STILL, Scene::onTheSpot);
        final Permit stream = (Permit) scope.enter("stream");
        private final AtomicInteger said = new AtomicInteger();

        private static Thread onTheSpot(Runnable task) {
            return new Thread(task) {
                @Override
                public void start() {
                    run();
                }
            };
        }

        final void say() {
            said.incrementAndGet();
        }

        final int times() {
            return said.get();
        }
    }

    /** At the drain. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "told once")
    @Outcome(expect = FORBIDDEN, desc = "not told, or twice")
    @State
    public static class AskVsDrain extends Scene {

        /** Asks. */
        @Actor
        public void ask() {
            stream.onDrain(this::say);
        }

        /** The end. */
        @Actor
        public void drain() {
            scope.drain(Deadline.never(GateModel.STILL));
        }

        /** How often? */
        @Arbiter
        public void look(I_Result r) {
            r.r1 = times();
        }
    }

    /** In the lame-duck time. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "told once")
    @Outcome(expect = FORBIDDEN, desc = "not told, or twice")
    @State
    public static class AskVsLameDuck extends Scene {

        /** Asks. */
        @Actor
        public void ask() {
            stream.onLameDuck(this::say);
        }

        /** The beginning of the end. */
        @Actor
        public void begin() {
            scope.lameDuck().begin();
        }

        /** How often? */
        @Arbiter
        public void look(I_Result r) {
            r.r1 = times();
        }
    }

    /** Both moments at once. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "told once")
    @Outcome(expect = FORBIDDEN, desc = "not told, or twice")
    @State
    public static class LameDuckVsDrain extends Scene {

        /** Has asked before. */
        public LameDuckVsDrain() {
            stream.onLameDuck(this::say);
        }

        /** The beginning of the end. */
        @Actor
        public void begin() {
            scope.lameDuck().begin();
        }

        /** The end. */
        @Actor
        public void drain() {
            scope.drain(Deadline.never(GateModel.STILL));
        }

        /** How often? */
        @Arbiter
        public void look(I_Result r) {
            r.r1 = times();
        }
    }
}
