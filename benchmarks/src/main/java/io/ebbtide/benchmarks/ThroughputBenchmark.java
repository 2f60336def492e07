package io.ebbtide.benchmarks;

import io.ebbtide.benchmarks.ServedJetty.Kind;
import io.ebbtide.benchmarks.ServedJetty.Threads;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * How much throughput does wrapping take from a Jetty that does next to nothing else?
 *
 * <p>The aim: wrapped against bare at least 0.98.
 *
 * <p>A program of its own and not JMH's, which knows no pairs. A bare and a wrapped server, each in a process of its
 * own, so that neither is compiled with what the other one does, answer the same keep-alive clients in turns of a second;
 * what the machine does meanwhile meets both. No two JVMs compile alike, though: so there are several pairs of processes, and the
 * medians of these are what counts. The client shares the processors with the server, and its part dilutes the ratio: beside
 * it stands the server's own time on processors for a request, which is not diluted.
 *
 * <p>Arguments: pairs of processes, pairs of rounds of each, connections; then thread pools, {@code PLATFORM} and {@code
 * VIRTUAL_HANDLERS} if none.
 */
final class ThroughputBenchmark {

    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration ROUND = Duration.ofSeconds(1);
    private static final List<String> USUAL = List.of("5", "20", "32");

    private final int pairs;
    private final int connections;
    private final Threads threads;
    private final Sample bareRounds = new Sample();
    private final Sample wrappedRounds = new Sample();
    private final Sample ratios = new Sample();
    private final Sample costRatios = new Sample();

    private ThroughputBenchmark(int pairs, int connections, Threads threads) {
        this.pairs = pairs;
        this.connections = connections;
        this.threads = threads;
    }

    public static void main(String[] arguments) throws IOException {
        List<String> given = List.of(arguments);
        List<String> counts = given.size() < USUAL.size() ? USUAL : given.subList(0, USUAL.size());
        List<Threads> pools =
                given.size() <= USUAL.size()
                        ? List.of(Threads.PLATFORM, Threads.VIRTUAL_HANDLERS)
                        : given.stream().skip(USUAL.size()).map(Threads::valueOf).toList();
        for (Threads pool : pools) {
            var benchmark =
                    new ThroughputBenchmark(
                            Integer.parseInt(counts.get(1)), Integer.parseInt(counts.get(2)), pool);
            benchmark.run(Integer.parseInt(counts.get(0)));
        }
    }

    private void run(int processes) throws IOException {
        for (int i = 0; i < processes; i++) {
            try (Side bare = new Side(Kind.BARE);
                    Side wrapped = new Side(Kind.WRAPPED)) {
                race(bare, wrapped);
            }
        }
        print("bare, requests/s      " + bareRounds.text("%.0f"));
        print("wrapped, requests/s   " + wrappedRounds.text("%.0f"));
        print("wrapped / bare        " + ratios.text("%.4f"));
        print("CPU of the server     " + costRatios.text("%.4f"));
    }

    private void race(Side bare, Side wrapped) throws IOException {
        bare.warmUp();
        wrapped.warmUp();
        for (int i = 0; i < pairs; i++) {
            (i % 2 == 0 ? bare : wrapped).round();
            (i % 2 == 0 ? wrapped : bare).round();
        }
        double ratio = wrapped.rounds.median() / bare.rounds.median();
        double costRatio = wrapped.microsPerRequest() / bare.microsPerRequest();
        print(
                String.format(
                        Locale.ROOT,
                        "one pair of processes: bare %.0f/s, wrapped %.0f/s, ratio %.4f;"
                                + " CPU of the server for a request %.2f and %.2f µs, ratio %.4f",
                        bare.rounds.median(),
                        wrapped.rounds.median(),
                        ratio,
                        bare.microsPerRequest(),
                        wrapped.microsPerRequest(),
                        costRatio));
        bareRounds.addAll(bare.rounds);
        wrappedRounds.addAll(wrapped.rounds);
        ratios.add(ratio);
        costRatios.add(costRatio);
    }

    private void print(String text) {
        System.out.println(threads + ", " + connections + " connections: " + text);
    }

    /** A server and its clients. */
    private final class Side implements AutoCloseable {

        final Sample rounds = new Sample();
        private final JavaProcess process;
        private final ClosedLoop clients;
        private Duration cpuBefore = Duration.ZERO;
        private long answers;

        Side(Kind kind) throws IOException {
            process = JavaProcess.start(ServedJetty.class, kind.name(), threads.name());
            int port = Integer.parseInt(process.after(ServedJetty.LISTENING));
            clients = ClosedLoop.open(port, connections);
        }

        void warmUp() throws IOException {
            double _ = clients.run(WARM_UP);
            cpuBefore = process.cpuTime();
        }

        void round() throws IOException {
            rounds.add(clients.run(ROUND));
            answers += clients.answers();
        }

        double microsPerRequest() {
            return process.cpuTime().minus(cpuBefore).toNanos() / 1e3 / answers;
        }

        @Override
        public void close() throws IOException {
            clients.close();
            process.close();
        }
    }
}
