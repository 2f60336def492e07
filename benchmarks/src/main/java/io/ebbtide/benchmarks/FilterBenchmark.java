package io.ebbtide.benchmarks;

import io.ebbtide.ShutdownConfig;
import io.ebbtide.StructuredShutdown;
import io.ebbtide.servlet.ShutdownFilter;
import io.ebbtide.work.Peer;
import io.ebbtide.work.Permit;
import io.ebbtide.work.TimeSource;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * What does the servlet filter cost a request, beyond the scope that it enters?
 *
 * <p>The aim: {@code filtered} takes at most 60 ns more than {@code scope} and {@code chain} together, and allocates one
 * object more ({@code -prof gc}). The request is ours and keeps its one attribute in a field: how dear a container's
 * attributes are is not our question.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Threads(1)
public class FilterBenchmark {

    private final StructuredShutdown shutdown =
            StructuredShutdown.open(ShutdownConfig.defaults(), TimeSource.system());
    private final ShutdownFilter filter = ShutdownFilter.of(shutdown).withExempt("/ready", "/live");
    private final BareRequest request = new BareRequest("GET", "/orders/42");
    private final BareResponse response = new BareResponse();
    private final FilterChain chain = (asked, _) -> ((BareRequest) asked).served();

    /** The application, without a filter. */
    @Benchmark
    public int chain() throws IOException, ServletException {
        request.begin();
        chain.doFilter(request, response);
        return request.times();
    }

    /** The same behind the filter. */
    @Benchmark
    public int filtered() throws IOException, ServletException {
        request.begin();
        filter.doFilter(request, response, chain);
        return request.times();
    }

    /** The same in a scope, bound. */
    @Benchmark
    public int scope() throws Exception {
        request.begin();
        try (Permit permit = (Permit) shutdown.requests().enter("GET", "/orders/42", Peer.NOBODY)) {
            return permit.call(this::serve);
        }
    }

    private int serve() throws IOException, ServletException {
        chain.doFilter(request, response);
        return request.times();
    }
}
