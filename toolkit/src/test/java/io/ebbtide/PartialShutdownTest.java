package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbtide.report.HandedBack;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.Straggler;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.ConnectionTracker;
import io.ebbtide.work.FakeTime;
import io.ebbtide.work.Limits;
import io.ebbtide.work.Peer;
import io.ebbtide.work.Permit;
import io.ebbtide.work.Refusal;
import io.ebbtide.work.Scope;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

@Timeout(30)
class PartialShutdownTest {

    private static final Duration TEN = Duration.ofSeconds(10);

    private final FakeTime time = new FakeTime();
    private final StructuredShutdown shutdown =
            StructuredShutdown.open(
                    ShutdownConfig.defaults().withProgressInterval(Duration.ofHours(1)), time);
    private final Scope imports = shutdown.work().child("imports");

    @Test
    void waitsForTheWorkOfOneScopeWhileTheRestServesOn() throws Exception {
        Permit work = (Permit) imports.enter("import 7");
        CompletableFuture<ScopeResult> future = begin(imports, TEN);
        time.awaitWaiters(1);

        assertThat(imports.enter("import 8")).isEqualTo(Refusal.SHUTTING_DOWN);
        assertThat(shutdown.requests().enter("GET /orders")).isInstanceOf(Permit.class);
        assertThat(shutdown.isShuttingDown()).isFalse();
        time.advance(Duration.ofSeconds(3));
        work.close();

        ScopeResult result = future.join();
        assertThat(result.isClean()).isTrue();
        assertThat(result.scope()).isEqualTo("/work/imports");
        assertThat(result.took()).isEqualTo(Duration.ofSeconds(3));
        assertThat(imports.state()).isEqualTo(Scope.State.CLOSED);
    }

    @Test
    void namesAnswersInterruptsAndCutsWhatDoesNotEnd() throws Exception {
        ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Thread.ofPlatform()
                .daemon(true)
                .start(
                        () -> {
                            try (Permit _ = (Permit) imports.enter("", "import 7", peer(told))) {
                                inside.countDown();
                                awaitOrEnd(release);
                                told.add(
                                        "over, interrupted: "
                                                + Thread.currentThread().isInterrupted());
                            }
                        });
        inside.await();

        CompletableFuture<ScopeResult> future = begin(imports, Duration.ZERO);

        ScopeResult result = future.join();
        assertThat(result.isClean()).isFalse();
        assertThat(result.stragglers()).extracting(Straggler::name).containsExactly("import 7");
        assertThat(result.stragglers().getFirst().stack()).isNotEmpty();
        assertThat(told).startsWith("answer");
        assertThat(told).contains("over, interrupted: true");
    }

    @Test
    void handsBackWhatHasNotStarted() throws Exception {
        var mails = shutdown.executor("mails", Limits.concurrency(1));
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        mails.execute(
                "mail 1",
                () -> {
                    started.countDown();
                    awaitOrEnd(release);
                });
        started.await();
        mails.execute("mail 2", () -> {});

        ScopeResult result = begin(shutdown.work(), Duration.ZERO).join();

        assertThat(result.handedBack()).extracting(HandedBack::name).containsExactly("mail 2");
    }

    @Test
    void refusesToWaitForItself() {
        Permit inside = (Permit) imports.enter("import 7");

        inside.run(
                () ->
                        assertThatThrownBy(() -> shutdown.shutdown(imports, TEN))
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("'import 7'"));

        assertThat(imports.state()).isEqualTo(Scope.State.OPEN);
    }

    @Test
    void countsWhatIsInFlightAndOnWhichConnections() {
        ConnectionTracker<ResourceType> tracker = shutdown.connections("clients", 10);
        assertThat(tracker.tryTrack(ResourceType.CUSTOM, "10.0.0.7", () -> {})).isPresent();
        Permit request = (Permit) shutdown.requests().enter("GET /orders");

        ShutdownStats stats = shutdown.stats();

        assertThat(stats.requests()).isEqualTo(1);
        assertThat(stats.inFlight()).isEqualTo(1);
        assertThat(stats.connections().active()).isEqualTo(1);
        assertThat(stats.connectionsByType()).containsOnlyKeys(ResourceType.CUSTOM);
        assertThat(stats.trackers()).containsOnlyKeys("clients");
        request.close();
        assertThat(shutdown.stats().requests()).isZero();
    }

    @Test
    void leavesNothingToDoForTheWholeShutdown() throws Exception {
        assertThat(shutdown.shutdown(imports, TEN).isClean()).isTrue();
        time.advance(TEN);

        ShutdownResult result = shutdown.shutdown(new ShutdownReason.Requested("test"));

        assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
    }

    private CompletableFuture<ScopeResult> begin(Scope scope, Duration drainTimeout) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return shutdown.shutdown(scope, drainTimeout);
                    } catch (InterruptedException failed) {
                        throw new IllegalStateException(failed);
                    }
                });
    }

    private static void awaitOrEnd(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException obeyed) {
            Thread.currentThread().interrupt();
        }
    }

    private static Peer peer(ConcurrentLinkedQueue<String> told) {
        return new Peer() {
            @Override
            public void answer(Permit permit) {
                told.add("answer");
            }

            @Override
            public void cut(Permit permit) {
                told.add("cut");
            }
        };
    }
}
