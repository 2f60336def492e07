package io.ebbtide.benchmarks;

import io.ebbtide.work.Peer;
import io.ebbtide.work.Permit;
import io.ebbtide.work.Scope;
import io.ebbtide.work.TimeSource;

import org.eclipse.jetty.util.statistic.CounterStatistic;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What does it cost a request to enter a scope and to leave it, on one core?
 *
 * <p>Read it against the bare things in the same run: a clock reading, counters, and the JDK's
 * classes that can count work in flight but cannot name it. The aims are in the section "Cost" of
 * {@code docs/architecture.md}.
 */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Threads(1)
public class EnterLeaveBenchmark {

    private static final ScopedValue<Object> BARE = ScopedValue.newInstance();

    private final Scope requests =
            Scope.open("work", TimeSource.system()).busyChild("requests", Integer.MAX_VALUE);
    private final Scope limited =
            Scope.open("work", TimeSource.system()).busyChild("requests", 1_000_000);
    private final CounterStatistic jettyCounter = new CounterStatistic();
    private final AtomicLong atomicLong = new AtomicLong();
    private final LongAdder longAdder = new LongAdder();
    private final Semaphore semaphore = new Semaphore(Integer.MAX_VALUE);
    private final Phaser phaser = new Phaser(1);
    private final Object body = new Object();

    @Benchmark
    public Object enterLeave() {
        Permit permit = (Permit) requests.enter("GET", "/orders/42", Peer.NOBODY);
        permit.close();
        return permit;
    }

    @Benchmark
    public Object enterLeaveLimited() {
        Permit permit = (Permit) limited.enter("GET", "/orders/42", Peer.NOBODY);
        permit.close();
        return permit;
    }

    @Benchmark
    public Object enterLeaveBound() {
        try (Permit permit = (Permit) requests.enter("GET", "/orders/42", Peer.NOBODY)) {
            return permit.call(() -> body);
        }
    }

    @Benchmark
    public long nanoTime() {
        return System.nanoTime();
    }

    @Benchmark
    public long atomicLongPair() {
        atomicLong.incrementAndGet();
        return atomicLong.decrementAndGet();
    }

    @Benchmark
    public void longAdderPair() {
        longAdder.increment();
        longAdder.decrement();
    }

    @Benchmark
    public void semaphorePair() throws InterruptedException {
        semaphore.acquire();
        semaphore.release();
    }

    @Benchmark
    public int phaserPair() {
        phaser.register();
        return phaser.arriveAndDeregister();
    }

    @Benchmark
    public long jettyCounterPair() {
        jettyCounter.increment();
        return jettyCounter.decrement();
    }

    @Benchmark
    public Object scopedValueCall() {
        return ScopedValue.where(BARE, this).call(() -> body);
    }
}
