package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbtide.work.WakeUpStress.SpinningTime;

import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The core under a model checker, which runs threads in one order after the other, switching between any two accesses to
 * memory. Platform threads: the checker does not understand virtual ones.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class ModelProof {

    /** In so many orders each scene is played. */
    private static final int ORDERS = Integer.getInteger("proof.orders", 3_000);

    private static final int SCENARIOS = Integer.getInteger("proof.scenarios", 20);

    @Nested
    class AGate {

        @Test
        void answersAsIfCallsCameOneAfterTheOther() {
            check(GateModel.OfScope.class);
        }

        @Test
        void isCaughtIfItChecksAndThenCounts() {
            assertThatThrownBy(() -> check(GateModel.OfChecksThenCounts.class))
                    .isInstanceOf(LincheckAssertionError.class)
                    .hasMessageContaining("Invalid execution results");
        }

        private static void check(Class<? extends GateModel> model) {
            new ModelCheckingOptions()
                    .threads(3)
                    .actorsPerThread(2)
                    .actorsBefore(2)
                    .actorsAfter(2)
                    .iterations(SCENARIOS)
                    .invocationsPerIteration(ORDERS)
                    .sequentialSpecification(GateModel.Sequential.class)
                    .check(model);
        }
    }

    @Nested
    class ATicket {

        @Test
        void countsOnceWhenTwoThreadsUseIt() {
            run(() -> exitTwice(ScopeDoor.narrow(GateModel.STILL)));
        }

        @Test
        void isCaughtIfItChecksAndThenMarksItself() {
            assertThatThrownBy(
                            () ->
                                    run(
                                            () ->
                                                    exitTwice(
                                                            new WrongDoors.ChecksThenSets(
                                                                    GateModel.STILL, () -> {}))))
                    .isInstanceOf(LincheckAssertionError.class)
                    .hasMessageContaining("0 inside");
        }

        private static void exitTwice(Door door) throws InterruptedException {
            Door.Ticket ticket = door.enter();
            ensure(door.enter() != null, "refused");
            Thread other =
                    start(
                            new Thread() {
                                @Override
                                public void run() {
                                    ticket.exit();
                                }
                            });
            ticket.exit();
            other.join();
            ensure(door.count() == 1, door.count() + " inside");
        }
    }

    /**
     * With a time source that spins: the checker lets a parked thread go on by itself now and then, as the contract of
     * parking allows, so that a lost wake-up would not be noticed.
     */
    @Nested
    class WhoeverJoins {

        @Test
        void isWokenByTheLastOne() {
            run(() -> join(ScopeDoor::narrow));
        }

        @Test
        void isWokenByTheLastOneOfATree() {
            run(() -> join(ScopeDoor::wide));
        }

        @Test
        void isCaughtWaitingIfTheLastOneLooksAndThenLeaves() {
            assertThatThrownBy(
                            () ->
                                    run(
                                            () ->
                                                    join(
                                                            time ->
                                                                    new WrongDoors.LooksThenLeaves(
                                                                            time, () -> {}))))
                    .isInstanceOf(LincheckAssertionError.class)
                    .hasMessageContaining("a lost wake-up");
        }

        private static void join(Function<TimeSource, Door> doors) throws InterruptedException {
            SpinningTime time = new SpinningTime();
            Door door = doors.apply(time);
            Door.Ticket own = door.enter();
            Door.Ticket last = door.enter();
            Thread worker =
                    start(
                            new Thread() {
                                @Override
                                public void run() {
                                    last.exit();
                                    time.over();
                                }
                            });
            own.exit();
            door.close();
            door.awaitDrained();
            ensure(door.count() == 0, "joined, and " + door.count() + " inside");
            ensure(time.lost() == 0, "a lost wake-up");
            worker.join();
        }

        @Test
        void seesWorkThatMovesOnFromScopeToScope() {
            run(WhoeverJoins::joinWhileWorkMoves);
        }

        private static void joinWhileWorkMoves() throws InterruptedException {
            Scope work = Scope.open("work", GateModel.STILL);
            Scope mails = work.child("mails");
            Permit request = (Permit) work.child("requests").enter("request");
            AtomicBoolean ended = new AtomicBoolean();
            Thread worker =
                    start(
                            new Thread() {
                                @Override
                                public void run() {
                                    Admission mail = request.call(() -> mails.enter("mail"));
                                    if (mail instanceof Permit permit) {
                                        request.close();
                                        ended.set(true);
                                        permit.close();
                                    } else {
                                        ended.set(true);
                                        request.close();
                                    }
                                }
                            });
            work.drain(Deadline.never(GateModel.STILL));
            work.join(Deadline.never(GateModel.STILL));
            ensure(ended.get(), "joined while work runs");
            worker.join();
        }
    }

    @Nested
    class WhoeverJoinsForks {

        @Test
        void isWokenByTheLastOne() {
            run(() -> join(2));
        }

        @Test
        void findsNoneInFlight() {
            run(() -> join(1));
        }

        private static void join(int subtasks) throws InterruptedException {
            SpinningTime time = new SpinningTime();
            AtomicInteger running = new AtomicInteger(subtasks);
            Scope work = Scope.open("work", time, task -> lastOneEnds(time, running, task));
            try (Permit request = (Permit) work.enter("request")) {
                boolean joined = request.call(() -> forkAndJoin(subtasks, time));
                ensure(joined, "not joined");
                ensure(time.lost() == 0, "a lost wake-up");
                ensure(work.inFlight() == 1, "joined, and " + work.inFlight() + " in flight");
            }
        }

        private static boolean forkAndJoin(int subtasks, TimeSource time)
                throws InterruptedException {
            try (Subtasks parts = Subtasks.open("parts", Subtasks.OnFailure.COLLECT)) {
                for (int i = 0; i < subtasks; i++) {
                    parts.fork("part", () -> 1);
                }
                return parts.join(Deadline.never(time));
            }
        }

        @Test
        void isWokenAlsoIfItIsTheFirstToWaitForAFork() {
            run(WhoeverJoinsForks::joinFork);
        }

        private static void joinFork() throws InterruptedException {
            SpinningTime time = new SpinningTime();
            AtomicInteger running = new AtomicInteger(1);
            Scope work = Scope.open("work", time, task -> lastOneEnds(time, running, task));
            Fork<Integer> fork = work.fork("part", () -> 1);
            ensure(fork.join(Deadline.never(time)), "not joined");
            ensure(time.lost() == 0, "a lost wake-up");
        }

        private static Thread lastOneEnds(SpinningTime time, AtomicInteger running, Runnable task) {
            return new Thread() {
                @Override
                public void run() {
                    task.run();
                    if (running.decrementAndGet() == 0) {
                        time.over();
                    }
                }
            };
        }
    }

    @Nested
    class ATracker {

        @Test
        void forgetsNoConnectionThatComesWithTheSweep() {
            run(() -> sweep(new TrackerDesk(GateModel.STILL)));
        }

        @Test
        void isCaughtIfItChecksAndThenAdds() {
            assertThatThrownBy(() -> run(() -> sweep(new WrongDesks.ChecksThenAdds(() -> {}))))
                    .isInstanceOf(LincheckAssertionError.class)
                    .hasMessageContaining("closed 0 times");
        }

        private static void sweep(Desk desk) throws InterruptedException {
            Desk.Socket socket = new Desk.Socket();
            Thread acceptor =
                    start(
                            new Thread() {
                                @Override
                                public void run() {
                                    if (desk.take(socket) == null) {
                                        socket.close();
                                    }
                                }
                            });
            desk.closeAll();
            acceptor.join();
            ensure(socket.closings() == 1, "closed " + socket.closings() + " times");
        }
    }

    /** A scene for the checker. */
    private interface Scene {
        void play() throws Exception;
    }

    private static void run(Scene scene) {
        Lincheck.runConcurrentTest(
                ORDERS,
                () -> {
                    try {
                        scene.play();
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                });
    }

    /** Not a thread with a task: the checker does not see what a task shares with others. */
    private static Thread start(Thread thread) {
        thread.start();
        return thread;
    }

    /** Without a library of assertions: the checker would take each of its steps for one of ours. */
    private static void ensure(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
