package io.ebbtide.benchmarks;

import io.ebbtide.work.Deadline;
import io.ebbtide.work.Scope;
import io.ebbtide.work.TimeSource;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How long does it take to interrupt and to join so much work in flight?
 *
 * <p>Single calls are timed, each on new threads that are all parked, beside the same number of bare virtual threads. Work
 * waits for itself alone, or all of it for one latch: what unwinds from one lock at once gets into each other's way.
 */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
public class CancelBenchmark {

    private static final TimeSource TIME = TimeSource.system();

    /** What the work waits for. */
    public enum WaitsFor {
        /** Nothing that others touch. */
        ITSELF,
        /** All of it for the same latch. */
        ONE_LATCH
    }

    @Param({"10", "1000", "100000"})
    public int inFlight;

    @Param public WaitsFor waitsFor;

    /** Work of a scope. */
    @State(org.openjdk.jmh.annotations.Scope.Thread)
    public static class Ours {
        Scope scope;

        @Setup(Level.Invocation)
        public void start(CancelBenchmark question) throws InterruptedException {
            scope = Scope.open("work", TIME);
            Scope requests = scope.busyChild("requests", Integer.MAX_VALUE);
            Crowd crowd = new Crowd(question);
            for (int i = 0; i < question.inFlight; i++) {
                requests.fork(
                        "request",
                        () -> {
                            crowd.stay();
                            return null;
                        });
            }
            crowd.awaitAllInside();
        }
    }

    /** Threads of nobody. */
    @State(org.openjdk.jmh.annotations.Scope.Thread)
    public static class Bare {
        final List<Thread> threads = new ArrayList<>();

        @Setup(Level.Invocation)
        public void start(CancelBenchmark question) throws InterruptedException {
            threads.clear();
            Crowd crowd = new Crowd(question);
            for (int i = 0; i < question.inFlight; i++) {
                threads.add(Thread.ofVirtual().start(crowd::stay));
            }
            crowd.awaitAllInside();
        }
    }

    /** Those who are inside. */
    private static final class Crowd {
        private final WaitsFor waitsFor;
        private final CountDownLatch inside;
        private final CountDownLatch never = new CountDownLatch(1);

        Crowd(CancelBenchmark question) {
            waitsFor = question.waitsFor;
            inside = new CountDownLatch(question.inFlight);
        }

        void stay() {
            inside.countDown();
            switch (waitsFor) {
                case ITSELF -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        LockSupport.park(this);
                    }
                }
                case ONE_LATCH -> {
                    try {
                        never.await();
                    } catch (InterruptedException over) {
                        Thread.currentThread().interrupt();
                    }
                }
            }
        }

        void awaitAllInside() throws InterruptedException {
            inside.await();
        }
    }

    @Benchmark
    public boolean ours(Ours ours) throws InterruptedException {
        ours.scope.cancel();
        return ours.scope.join(Deadline.never(TIME));
    }

    /** As a shutdown does it: in batches, which are given a second in all. */
    @Benchmark
    public boolean oursInBatches(Ours ours) throws InterruptedException {
        ours.scope.cancel(Deadline.in(Duration.ofSeconds(1), TIME));
        return ours.scope.join(Deadline.never(TIME));
    }

    @Benchmark
    public void bare(Bare bare) throws InterruptedException {
        bare.threads.forEach(Thread::interrupt);
        for (Thread thread : bare.threads) {
            thread.join();
        }
    }
}
