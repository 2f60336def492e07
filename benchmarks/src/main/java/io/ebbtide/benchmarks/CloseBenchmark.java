package io.ebbtide.benchmarks;

import io.ebbtide.ShutdownConfig;
import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.TimeSource;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How long does it take to close so many resources of one priority, each of which takes 50 ms? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(3)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
public class CloseBenchmark {

    private static final long CLOSE_MILLIS = 50;
    private static final ShutdownListener NOBODY = new ShutdownListener() {};

    @Param({"1", "100"})
    public int resources;

    private StructuredShutdown service;

    @Setup(Level.Invocation)
    public void open() {
        ShutdownConfig config = ShutdownConfig.defaults().withLameDuck(Duration.ZERO);
        service = StructuredShutdown.open(config, TimeSource.system()).listen(NOBODY);
        for (int i = 0; i < resources; i++) {
            service.register("resource-" + i, ResourceType.CUSTOM, CloseBenchmark::takeAWhile);
        }
    }

    private static void takeAWhile() throws InterruptedException {
        boolean _ = new CountDownLatch(1).await(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Benchmark
    public ShutdownResult sideBySide() {
        return service.begin(new ShutdownReason.Requested("benchmark")).join();
    }
}
