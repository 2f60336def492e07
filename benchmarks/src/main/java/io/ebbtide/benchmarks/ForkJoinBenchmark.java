package io.ebbtide.benchmarks;

import io.ebbtide.work.Deadline;
import io.ebbtide.work.Peer;
import io.ebbtide.work.Permit;
import io.ebbtide.work.Scope;
import io.ebbtide.work.Subtasks;
import io.ebbtide.work.TimeSource;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * How long does a request take that forks so many subtasks, which do nothing, and joins them?
 *
 * <p>The JDK's scope is a preview API: it is called through method handles, so that no class of ours depends on it, and only
 * the JVM that is measured has previews enabled.
 */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 3, jvmArgsAppend = "--enable-preview")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ForkJoinBenchmark {

    private static final Callable<Integer> TASK = () -> 42;

    @Param({"1", "10", "1000"})
    public int children;

    private final TimeSource time = TimeSource.system();
    private final Scope requests =
            Scope.open("work", time).busyChild("requests", Integer.MAX_VALUE);

    @Benchmark
    public boolean ours() throws InterruptedException {
        try (Permit permit = (Permit) requests.enter("GET", "/orders/42", Peer.NOBODY)) {
            return permit.call(this::forkAndJoin);
        }
    }

    private boolean forkAndJoin() throws InterruptedException {
        try (Subtasks subtasks = Subtasks.open("parts", Subtasks.OnFailure.CANCEL_OTHERS)) {
            for (int i = 0; i < children; i++) {
                subtasks.fork("part", TASK);
            }
            return subtasks.join(Deadline.never(time));
        }
    }

    @Benchmark
    public Object jdk() throws Throwable {
        return PreviewScope.forkAndJoin(children, TASK);
    }
}
