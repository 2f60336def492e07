package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.Outcome;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.StepReport;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.ConnectionTracker;
import io.ebbtide.work.Peer;
import io.ebbtide.work.Permit;
import io.ebbtide.work.TrackedConnection;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.util.concurrent.Future;

/** What a shutdown makes of tracked connections. */
@Timeout(30)
class ConnectionsInShutdownTest extends OnFakeTime {

    private final ConnectionTracker<ResourceType> connections = shutdown.connections("http", 10);

    private TrackedConnection<ResourceType> track(String name) {
        return connections
                .tryTrack(ResourceType.SERVER, name, () -> log.add(name + " closed"))
                .orElseThrow();
    }

    @Test
    void closesIdleOnesFirstAndTheOthersOnceWorkHasEnded() throws Exception {
        TrackedConnection<ResourceType> busy = track("busy");
        track("idle");
        Permit request = (Permit) busy.enter("GET", "/orders", Peer.NOBODY);

        Future<ShutdownResult> future = shutdown.begin(TEST);
        assertThat(log.take()).isEqualTo("idle closed");
        assertThat(connections.tryTrack(ResourceType.SERVER, "late", () -> {})).isEmpty();
        log.add("request ends");
        request.close();

        assertThat(future.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(log).containsExactly("request ends", "busy closed");
        assertThat(connections.active()).isZero();
        assertThat(future.get().steps())
                .extracting(StepReport::name)
                .containsExactly("idle connections of http", "connections of http");
    }

    @Test
    void takesNoTimeWithoutAny() throws Exception {
        assertThat(shutdown.shutdown(TEST).steps()).isEmpty();
        assertThat(connections.tryTrack(ResourceType.SERVER, "late", () -> {})).isEmpty();
    }

    @Test
    void saysWhichOneFailedToClose() throws Exception {
        IOException reset = new IOException("reset");
        connections.tryTrack(
                ResourceType.SERVER,
                "10.0.0.7:4711",
                () -> {
                    throw reset;
                });

        ShutdownResult result = shutdown.shutdown(TEST);

        assertThat(result.errors())
                .singleElement()
                .satisfies(
                        step ->
                                assertThat(((Outcome.Failed) step.outcome()).cause())
                                        .hasMessage(
                                                "1 failed to close, 0 still open, 1 closed;"
                                                        + " first: 10.0.0.7:4711")
                                        .hasSuppressedException(reset));
    }
}
