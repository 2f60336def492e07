package io.ebbtide.benchmarks;

import io.ebbtide.work.Deadline;
import io.ebbtide.work.Permit;
import io.ebbtide.work.TimeSource;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How long after the last request has left is the thread awake that waits for it?
 *
 * <p>Beside it, a thread that is parked and simply unparked. Each call wakes a new platform thread, which has been parked
 * for a moment; read the median.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class WakeUpBenchmark {

    /** A thread that parks, and says when it is awake again. */
    private abstract static class Sleeper {
        private volatile boolean awake;
        private final Thread thread = Thread.ofPlatform().daemon().unstarted(() -> sleepAndTell());

        abstract void sleep() throws InterruptedException;

        private void sleepAndTell() {
            try {
                sleep();
            } catch (InterruptedException unexpected) {
                throw new IllegalStateException(unexpected);
            }
            awake = true;
        }

        void lieDown() {
            thread.start();
            while (thread.getState() != Thread.State.WAITING
                    && thread.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
        }

        Thread thread() {
            return thread;
        }

        boolean isAwake() {
            return awake;
        }

        void awaitAwake() {
            while (!awake) {
                Thread.onSpinWait();
            }
        }

        void awaitEnd() throws InterruptedException {
            thread.join();
        }
    }

    /** A scope that drains, with one request in flight and a thread that waits for it. */
    @State(Scope.Thread)
    public static class Draining {
        private Permit request;
        private Sleeper coordinator;

        @Setup(Level.Invocation)
        public void waitForTheLastOne() {
            TimeSource time = TimeSource.system();
            io.ebbtide.work.Scope work = io.ebbtide.work.Scope.open("work", time);
            io.ebbtide.work.Scope requests = work.busyChild("requests", Integer.MAX_VALUE);
            request = (Permit) requests.enter("GET /orders/42");
            work.drain(Deadline.never(time));
            coordinator =
                    new Sleeper() {
                        @Override
                        void sleep() throws InterruptedException {
                            boolean _ = work.join(Deadline.never(time));
                        }
                    };
            coordinator.lieDown();
        }

        @TearDown(Level.Invocation)
        public void end() throws InterruptedException {
            coordinator.awaitEnd();
        }
    }

    /** A thread that waits for nothing in particular. */
    @State(Scope.Thread)
    public static class Parked {
        private volatile boolean over;
        private Sleeper sleeper;

        @Setup(Level.Invocation)
        public void park() {
            over = false;
            sleeper =
                    new Sleeper() {
                        @Override
                        void sleep() {
                            while (!over) {
                                LockSupport.park(this);
                            }
                        }
                    };
            sleeper.lieDown();
        }

        @TearDown(Level.Invocation)
        public void end() throws InterruptedException {
            sleeper.awaitEnd();
        }
    }

    @Benchmark
    public boolean lastRequestOut(Draining draining) {
        draining.request.close();
        draining.coordinator.awaitAwake();
        return draining.coordinator.isAwake();
    }

    @Benchmark
    public boolean bareUnpark(Parked parked) {
        parked.over = true;
        LockSupport.unpark(parked.sleeper.thread());
        parked.sleeper.awaitAwake();
        return parked.sleeper.isAwake();
    }
}
