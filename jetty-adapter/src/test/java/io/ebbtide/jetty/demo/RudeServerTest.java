package io.ebbtide.jetty.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Shows that the demo's clients would notice: the same load on a server that just stops. */
@Timeout(60)
class RudeServerTest {

    @TempDir Path folder;

    @Test
    void losesRequestsAndIsFoundOut() throws Exception {
        Tally tally = new Tally(500);
        List<String> command = JavaCommand.of(BareJetty.class, List.of());
        try (ChildProcess server = ChildProcess.start(command, folder, _ -> {});
                Load load = Load.start(64, LocalJetty.awaitPort(server), Load.PAGES_ONLY, tally)) {
            assertThat(tally.awaitMiddle(Duration.ofSeconds(20))).isTrue();
            tally.signalled();
            server.awaitExit(server.terminate());
            load.awaitEnd(Duration.ofSeconds(20));
        }

        RequestCounts counts = tally.counts();
        assertThat(counts.settled()).isEqualTo(counts.sent());
        assertThat(counts.of(Outcome.LOST)).isPositive();
        assertThat(counts.of(Outcome.TRUNCATED)).isPositive();
        assertThat(tally.complaints())
                .hasSize((int) (counts.of(Outcome.LOST) + counts.of(Outcome.TRUNCATED)));
    }
}
