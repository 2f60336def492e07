package io.ebbtide.jetty.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * From SIGTERM to the end of the process with nothing in flight, in turns and in one run, each with
 * clients that keep their connections: a bare Jetty that just stops, the same with Ebbtide, and the
 * order service, which has a database and Redis to close as well.
 *
 * @param bare the bare Jetty's exits
 * @param polite those of the same with Ebbtide
 * @param service the order service's
 * @param virtual one exit of the order service when virtual threads wait for Redis' sockets
 */
record IdleRace(List<Exit> bare, List<Exit> polite, List<Exit> service, Exit virtual) {

    static final int CLIENTS = 50;

    /** So long nobody says anything before SIGTERM: longer than the toolkit's quiet spell. */
    private static final Duration SILENCE = Duration.ofMillis(500);

    /** What the clients ask for first, so that the service has used all that it will close. */
    private static final List<Call> CALLS = List.of(Call.FAST, Call.ORDER);

    /** Runs so many rounds; an odd number has a middle. */
    static IdleRace run(int rounds, RedisProcess redis, Path folder)
            throws IOException, InterruptedException, TimeoutException {
        List<Exit> bare = new ArrayList<>();
        List<Exit> polite = new ArrayList<>();
        List<Exit> service = new ArrayList<>();
        ServiceSettings settings = ServiceSettings.of(folder.resolve("idle-0"), redis.port());
        try (IdleServer last = service(settings.withWaiters(Ledger.Waiters.VIRTUAL), folder)) {
            for (int round = 1; round <= rounds; round++) {
                Path database = folder.resolve("idle-" + round);
                try (IdleServer orders = service(settings.withDatabase(database), folder);
                        IdleServer rude = IdleServer.start(BareJetty.class, List.of(), folder);
                        IdleServer kind = IdleServer.start(PoliteJetty.class, List.of(), folder)) {
                    orders.connect(CLIENTS, CALLS);
                    rude.connect(CLIENTS, List.of(Call.FAST));
                    kind.connect(CLIENTS, List.of(Call.FAST));
                    Thread.sleep(SILENCE);
                    bare.add(rude.stop());
                    polite.add(kind.stop());
                    service.add(orders.stop());
                }
            }
            last.connect(CLIENTS, CALLS);
            Thread.sleep(SILENCE);
            return new IdleRace(bare, polite, service, last.stop());
        }
    }

    private static IdleServer service(ServiceSettings settings, Path folder) throws IOException {
        return IdleServer.start(OrderService.class, settings.arguments(), folder);
    }

    /**
     * {@return whether the Jetty with Ebbtide takes at most 1.2 times as long as the bare one, or
     * 10 ms more}
     */
    boolean isWithinAim() {
        return median(polite) <= Math.max(1.2 * median(bare), median(bare) + 10);
    }

    private static double median(List<Exit> exits) {
        double[] sorted = exits.stream().mapToDouble(Exit::millis).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** {@return the result in a few lines, at most 100 columns wide} */
    String text() {
        return """
        Nothing in flight: SIGTERM to process gone, %d idle keep-alive clients, median of %d runs each
          a bare Jetty that just stops        %6.1f ms   (%s)
          the same with Ebbtide               %6.1f ms   (%s)
            so Ebbtide adds                   %6.1f ms   aim: at most 10 ms, or a fifth: %s
          this service                        %6.1f ms   (%s)
                                                        it closes a database and Redis as well
          Redis sockets on virtual threads    %6.1f ms   one run: their poller stays in native code,
                                                        and the JVM adds 300 ms to its exit for it.
                                                        This service asks Redis on platform threads.\
        """
                .formatted(
                        CLIENTS,
                        bare.size(),
                        median(bare),
                        list(bare),
                        median(polite),
                        list(polite),
                        median(polite) - median(bare),
                        isWithinAim() ? "met" : "MISSED",
                        median(service),
                        list(service),
                        virtual.millis());
    }

    private static String list(List<Exit> exits) {
        return exits.stream()
                .map(exit -> "%.1f".formatted(exit.millis()))
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
    }
}
