package io.ebbtide.benchmarks;

import io.ebbtide.work.Limits;
import io.ebbtide.work.Scope;
import io.ebbtide.work.ShutdownAwareExecutor;
import io.ebbtide.work.TimeSource;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** How long does it take from submitting a task until it has run, for one task and for a thousand at once? */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class SubmitBenchmark {

    private static final int BURST = 1_000;

    /** Whose executor. */
    public enum Whose {
        /** Ours: counted, named, drained. */
        OURS,
        /** Ours, of whose tasks so many run at a time. */
        OURS_SIXTEEN_AT_A_TIME,
        /** The JDK's, a virtual thread for each task. */
        JDK_PER_TASK
    }

    @Param public Whose whose;

    private ExecutorService executor;

    @Setup
    public void open() {
        Scope scope = Scope.open("tasks", TimeSource.system());
        executor =
                switch (whose) {
                    case OURS -> ShutdownAwareExecutor.in(scope);
                    case OURS_SIXTEEN_AT_A_TIME ->
                            ShutdownAwareExecutor.in(scope, Limits.concurrency(16));
                    case JDK_PER_TASK -> Executors.newVirtualThreadPerTaskExecutor();
                };
    }

    @TearDown
    public void close() {
        executor.close();
    }

    /** One task, and the wait for its result. */
    @Benchmark
    public Object one() throws InterruptedException, ExecutionException {
        return executor.submit(() -> this).get();
    }

    /** The time for each of a thousand tasks. */
    @Benchmark
    @org.openjdk.jmh.annotations.OperationsPerInvocation(BURST)
    public void burst() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(BURST);
        for (int i = 0; i < BURST; i++) {
            executor.execute(done::countDown);
        }
        done.await();
    }
}
