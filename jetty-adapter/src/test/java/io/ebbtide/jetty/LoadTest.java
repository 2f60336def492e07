package io.ebbtide.jetty;

import static io.ebbtide.jetty.ClosedLoop.AFTER_PAUSE;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.ShutdownConfig;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * SIGTERM in the middle of much traffic, to a server in a process of its own: every request that was
 * sent has a whole answer, or the promise that nothing was done for it; afterwards every connection is
 * refused.
 *
 * <p>Once in every build, on some thread pools and protocols. {@code -Pload} does it on all of them, {@code
 * -Dload.rounds} times.
 */
@ParameterizedClass
@MethodSource("setups")
@Tag("realtime")
@Timeout(2400)
class LoadTest {

    private static final int ROUNDS = Integer.getInteger("ebbtide.load.rounds", 1);
    private static final Duration AT_ONCE = Duration.ZERO;

    /** What may happen to clients that a busy machine holds up: see {@link #ALL_SERVED}. */
    private static final Set<String> LATE =
            Set.of("503" + AFTER_PAUSE, "retryable" + AFTER_PAUSE, "not begun" + AFTER_PAUSE);

    /**
     * Nobody is turned down who asks again within the time that a shutdown is announced for: either the last answer has said
     * that the connection ends, or this request comes in time. Late can be a client that is held up for longer than
     * that, between two requests or while it begins a connection; and one whose last answer had begun, and so could not
     * say it any more, and took longer than that to end.
     */
    private static final Set<String> ALL_SERVED = union(LATE, Set.of("served", "refused"));

    /** Some are told to come again. */
    private static final Set<String> NOT_LOST = union(ALL_SERVED, Set.of("503", "retryable"));

    /** Much time, for clients that get none from a busy machine. */
    private static final List<String> PATIENCE =
            List.of("graceful-timeout=90s", "resource-close-timeout=30s", "drain-timeout=40s");

    @TempDir Path folder;

    @Parameter private Setup setup;

    static List<Setup> setups() {
        return Setup.all().stream()
                .filter(
                        one ->
                                ROUNDS > 1
                                        || one.wire() == Wire.HTTP
                                        || one.pool() == Pool.VIRTUAL_HANDLERS)
                .toList();
    }

    @Test
    void servesEverybodyWithTheDefaults() throws Exception {
        losesNobody(64, AT_ONCE, ALL_SERVED, ShutdownConfig.defaults().lameDuck());
    }

    @Test
    void losesNobodyWithoutLameDuckTime() throws Exception {
        losesNobody(64, AT_ONCE, NOT_LOST, Duration.ZERO);
    }

    /** Announced for longer than anybody thinks. */
    @Test
    void servesEverybodyWhoThinksBetweenRequests() throws Exception {
        losesNobody(200, Duration.ofMillis(1500), ALL_SERVED, Duration.ofSeconds(2));
    }

    /**
     * The lame-duck time is not to end early: it does if nobody asks for 200 ms, and a busy machine may hold all clients up
     * for so long.
     */
    private static List<String> announcing(Duration time) {
        Duration quiet = time.isZero() ? Duration.ofSeconds(5) : time;
        return List.of("lame-duck=" + time, "lame-duck-quiet=" + quiet);
    }

    private static Set<String> union(Set<String> some, Set<String> others) {
        return Stream.concat(some.stream(), others.stream()).collect(Collectors.toSet());
    }

    private void losesNobody(
            int connections, Duration thinking, Set<String> allowed, Duration announced)
            throws Exception {
        List<String> all =
                Stream.of(PATIENCE, announcing(announced)).flatMap(List::stream).toList();
        for (int round = 1; round <= ROUNDS; round++) {
            try (LoadProcess server = LoadProcess.start(setup, all, folder)) {
                ClosedLoop clients =
                        new ClosedLoop(
                                setup.wire(), server.port(), connections, thinking, announced, 500);
                clients.awaitUnderWay();

                LoadProcess.End end = server.terminate();

                Map<String, Long> account = clients.account();
                String said =
                        "round %d %s, gone after %d ms"
                                .formatted(round, account, end.sinceSignal().toMillis());
                if (ROUNDS > 1) {
                    System.out.println("load: " + setup + ", " + connections + " clients, " + said);
                }
                assertThat(account.keySet()).as(said).isSubsetOf(allowed);
                assertThat(account).containsEntry("refused", (long) connections);
                assertThat(end.status()).as(said + "\n" + end.output()).isZero();
                assertThat(end.times().keySet()).containsAll(clients.served());
                assertThat(Collections.disjoint(end.times().keySet(), clients.untouched()))
                        .isTrue();
                assertThat(end.times().values()).as("how often each is seen").containsOnly(1);
            }
        }
    }
}
