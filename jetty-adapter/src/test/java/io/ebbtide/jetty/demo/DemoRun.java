package io.ebbtide.jetty.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One run: an order service under load, SIGTERM in the middle of it, and the books afterwards.
 *
 * @param account what it came to
 * @param complaints what is known of each request that was lost, truncated or wrongly answered
 * @param output what the service printed
 */
record DemoRun(Account account, List<String> complaints, List<String> output) {

    private static final int CLIENTS = 64;
    private static final int STREAMS = 4;
    private static final int ANSWERS_BEFORE_SIGTERM = 2_000;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /**
     * Runs the service on this Redis, with its database in this folder, and tells what happens.
     *
     * @throws IOException if the service does not start, with its own words
     * @throws TimeoutException if the service or a client takes far too long
     * @throws StartException if the database or Redis cannot be read afterwards
     */
    static DemoRun play(RedisProcess redis, Path folder, Narrator narrator) throws Exception {
        ServiceSettings settings = ServiceSettings.of(folder.resolve("orders"), redis.port());
        List<String> command = JavaCommand.of(OrderService.class, settings.arguments());
        Tally tally = new Tally(ANSWERS_BEFORE_SIGTERM);
        try (ChildProcess service = ChildProcess.start(command, folder, narrator::service)) {
            int port = LocalJetty.awaitPort(service);
            narrator.tell(
                    "%d keep-alive clients and %d event streams; nothing is ever retried"
                            .formatted(CLIENTS, STREAMS));
            try (EventStreams streams = EventStreams.open(STREAMS, port);
                    Load load = Load.start(CLIENTS, port, Load.FULL_MIX, tally)) {
                ReadinessProbe balancer = new ReadinessProbe(port);
                load.add(balancer);
                Exit exit = stopInTheMiddle(service, tally, narrator);
                load.awaitEnd(LIMIT);
                int goodbyes = streams.awaitGoodbyes(LIMIT);
                Account account =
                        new Account(
                                tally.counts(),
                                balancer.refusals(),
                                STREAMS,
                                goodbyes,
                                OrderBooks.read(
                                        tally.acknowledged(), settings.database(), redis.port()),
                                exit.status());
                return new DemoRun(account, tally.complaints(), service.output());
            }
        }
    }

    private static Exit stopInTheMiddle(ChildProcess service, Tally tally, Narrator narrator)
            throws InterruptedException, TimeoutException {
        if (!tally.awaitMiddle(LIMIT)) {
            throw new TimeoutException(
                    "only %,d answers in %d s".formatted(tally.answers(), LIMIT.toSeconds()));
        }
        narrator.tell(
                "%,d answers, %,d orders; now SIGTERM"
                        .formatted(tally.answers(), tally.acknowledged().size()));
        tally.signalled();
        Exit exit = service.awaitExit(service.terminate());
        narrator.tell(
                "the service has gone %,.0f ms after SIGTERM, with exit status %d"
                        .formatted(exit.millis(), exit.status()));
        return exit;
    }

    /** {@return the account, and what is known of whoever was lost} */
    String text() {
        return Stream.concat(
                        account.lines().stream().map(AccountLine::text),
                        complaints.stream().limit(20).map(complaint -> "  ! " + complaint))
                .collect(Collectors.joining("\n", "The account\n", ""));
    }
}
