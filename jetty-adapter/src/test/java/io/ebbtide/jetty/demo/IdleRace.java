package io.ebbtide.jetty.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.DoubleStream;

/**
 * From SIGTERM to the end of the process with nothing in flight, in turns and in one run: the order
 * service, and the same on a bare Jetty that just stops, each with clients that keep their connections.
 *
 * @param rude the exits of the service that just stops
 * @param graceful those of the service with Ebbtide
 * @param resources how many milliseconds each of these was closing its database and Redis
 * @param virtual one more of these, where virtual threads wait for Redis' sockets
 */
record IdleRace(List<Exit> rude, List<Exit> graceful, List<Double> resources, Exit virtual) {

    static final int CLIENTS = 50;

    /** So long nobody says anything before SIGTERM: by then both have long been started. */
    private static final Duration SILENCE = Duration.ofSeconds(1);

    /** What the clients ask for first, so that the service has used all that it will close. */
    private static final List<Call> CALLS = List.of(Call.FAST, Call.ORDER);

    /** Runs so many rounds; an odd number has a middle. */
    static IdleRace run(int rounds, RedisProcess redis, Path folder)
            throws IOException, InterruptedException, TimeoutException {
        List<Exit> rude = new ArrayList<>();
        List<Exit> graceful = new ArrayList<>();
        List<Double> resources = new ArrayList<>();
        ServiceSettings settings = ServiceSettings.of(folder.resolve("idle-0"), redis.port());
        ServiceSettings last = settings.withWaiters(Ledger.Waiters.VIRTUAL);
        try (IdleServer virtual = start(OrderService.class, last, folder)) {
            for (int round = 1; round <= rounds; round++) {
                Path one = folder.resolve("idle-" + round);
                Path other = folder.resolve("rude-" + round);
                try (IdleServer kind =
                                start(OrderService.class, settings.withDatabase(one), folder);
                        IdleServer bare =
                                start(
                                        RudeOrderService.class,
                                        settings.withDatabase(other),
                                        folder)) {
                    kind.connect(CLIENTS, CALLS);
                    bare.connect(CLIENTS, CALLS);
                    Thread.sleep(SILENCE);
                    rude.add(bare.stop());
                    graceful.add(kind.stop());
                    resources.add(kind.step("redis") + kind.step("database"));
                }
            }
            virtual.connect(CLIENTS, CALLS);
            Thread.sleep(SILENCE);
            return new IdleRace(rude, graceful, resources, virtual.stop());
        }
    }

    private static IdleServer start(Class<?> main, ServiceSettings settings, Path folder)
            throws IOException {
        return IdleServer.start(main, settings.arguments(), folder);
    }

    /** {@return whether Ebbtide makes the exit at most a fifth longer, or 10 ms} */
    private boolean isWithinAim() {
        return added() <= Math.max(0.2 * median(rude), 10);
    }

    /** {@return the milliseconds that nothing else accounts for} */
    private double added() {
        return median(graceful) - closing() - median(rude);
    }

    private double closing() {
        return middle(resources.stream().mapToDouble(Double::doubleValue));
    }

    private static double median(List<Exit> exits) {
        return middle(exits.stream().mapToDouble(Exit::millis));
    }

    private static double middle(DoubleStream figures) {
        double[] sorted = figures.sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** {@return the result in a few lines, at most 100 columns wide} */
    String text() {
        return """
        Nothing in flight: SIGTERM to process gone, %d idle keep-alive clients, median of %d runs each
          this service                        %6.1f ms   (%s)
            to close its database and Redis   %6.1f ms   by its own timeline
          the same on a Jetty that just stops %6.1f ms   (%s)
            so Ebbtide adds                   %6.1f ms   aim: at most 10 ms, or a fifth: %s
          Redis sockets on virtual threads    %6.1f ms   one run: their poller stays in native code,
                                                        and the JVM adds 300 ms to its exit for it.
                                                        This service asks Redis on platform threads.\
        """
                .formatted(
                        CLIENTS,
                        rude.size(),
                        median(graceful),
                        list(graceful),
                        closing(),
                        median(rude),
                        list(rude),
                        added(),
                        isWithinAim() ? "met" : "MISSED",
                        virtual.millis());
    }

    private static String list(List<Exit> exits) {
        return exits.stream()
                .map(exit -> "%.1f".formatted(exit.millis()))
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
    }
}
