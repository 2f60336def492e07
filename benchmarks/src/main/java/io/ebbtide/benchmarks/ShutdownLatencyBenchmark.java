package io.ebbtide.benchmarks;

import io.ebbtide.ShutdownConfig;
import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.Permit;

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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * How long does a shutdown take that has nothing to wait for, and how long does it take to notice
 * that the last request has left?
 *
 * <p>The lame-duck time is switched off, since it is waiting that somebody has asked for; nobody
 * listens. Each call shuts a new service down, so the set-up runs before each call, which JMH
 * advises against for calls of less than a millisecond: a distribution of single calls is read
 * here, not an average of nanoseconds.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ShutdownLatencyBenchmark {

    private static final ShutdownReason REASON = new ShutdownReason.Requested("benchmark");
    private static final ShutdownListener NOBODY = new ShutdownListener() {};

    /** How many resources the service owns; closing one does nothing. */
    @Param({"0", "10", "1000"})
    int resources;

    /** A service with nothing in flight. */
    @State(Scope.Thread)
    public static class Idle {
        StructuredShutdown service;

        @Setup(Level.Invocation)
        public void open(ShutdownLatencyBenchmark question) {
            service = question.service(new SignallingTime());
        }
    }

    /** A service whose shutdown waits for one request. */
    @State(Scope.Thread)
    public static class Draining {
        Permit request;
        CompletableFuture<ShutdownResult> result;

        @Setup(Level.Invocation)
        public void drain(ShutdownLatencyBenchmark question) throws InterruptedException {
            SignallingTime time = new SignallingTime();
            StructuredShutdown service = question.service(time);
            request = (Permit) service.requests().enter("GET /orders/42");
            result = service.begin(REASON);
            time.awaitParkedThread();
        }
    }

    @Benchmark
    public ShutdownResult idle(Idle idle) {
        return idle.service.begin(REASON).join();
    }

    @Benchmark
    public ShutdownResult lastRequestOut(Draining draining) {
        draining.request.close();
        return draining.result.join();
    }

    private StructuredShutdown service(SignallingTime time) {
        ShutdownConfig config = ShutdownConfig.defaults().withLameDuck(Duration.ZERO);
        StructuredShutdown service = StructuredShutdown.open(config, time).listen(NOBODY);
        for (int i = 0; i < resources; i++) {
            service.register("resource-" + i, ResourceType.CUSTOM, () -> {});
        }
        return service;
    }
}
