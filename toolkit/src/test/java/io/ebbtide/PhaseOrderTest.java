package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.PhaseReport;
import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.resource.Resource;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.Deadline;
import io.ebbtide.work.Peer;
import io.ebbtide.work.Permit;
import io.ebbtide.work.Refusal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;

/** Phases, and what happens in each, in their order. */
@Timeout(30)
class PhaseOrderTest extends OnFakeTime {

    @Test
    void goesThroughAllPhases() throws Exception {
        ShutdownResult result = shutdown.shutdown(TEST);

        assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(result.reason()).isEqualTo(TEST);
        assertThat(result.phases())
                .extracting(PhaseReport::phase)
                .containsExactly(
                        ShutdownPhase.INITIATED,
                        ShutdownPhase.STOPPING_NEW_REQUESTS,
                        ShutdownPhase.DRAINING_CONNECTIONS,
                        ShutdownPhase.CLOSING_RESOURCES,
                        ShutdownPhase.FLUSHING_BUFFERS,
                        ShutdownPhase.COMPLETED);
        assertThat(shutdown.progress().phase()).isEqualTo(ShutdownPhase.COMPLETED);
    }

    @Test
    void closesResourcesOnlyAfterWorkHasDrained() throws Exception {
        shutdown.register("db", ResourceType.DATABASE, () -> log.add("db closed"));
        Permit work = enter("/orders", Peer.NOBODY);

        Future<ShutdownResult> future = shutdown.begin(TEST);
        time.awaitWaiters(1); // the coordinator waits for our permit
        log.add("work ends");
        work.close();

        assertThat(future.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        assertThat(log).containsExactly("work ends", "db closed");
    }

    @Test
    void closesByPriorityAndRunsHooksAroundIt() throws Exception {
        shutdown.hooks()
                .after("after", () -> log.add("after"))
                .flush("logs", () -> log.add("flush"))
                .before("before", () -> log.add("before"));
        shutdown.register("db", ResourceType.DATABASE, () -> log.add("db"))
                .register("http", ResourceType.HTTP_CLIENT, () -> log.add("http client"))
                .register(
                        Resource.of("last", ResourceType.CUSTOM, () -> log.add("last"))
                                .withPriority(999))
                .register("server", ResourceType.SERVER, () -> log.add("server"))
                .register("redis", ResourceType.REDIS, () -> log.add("redis"))
                .entrance(new Door("door"));

        shutdown.shutdown(TEST);

        assertThat(log)
                .containsExactly(
                        "announce door",
                        "before",
                        "refuse door",
                        "server",
                        "http client",
                        "redis",
                        "db",
                        "last",
                        "flush",
                        "after");
    }

    @Test
    void refusesWorkOnlyOnceEntrancesAreClosed() throws Exception {
        shutdown.entrance(
                new Door("door") {
                    @Override
                    public void refuse(Deadline deadline) {
                        log.add(
                                shutdown.requests().enter("swept") instanceof Permit permit
                                        ? closed(permit)
                                        : "refused");
                    }
                });

        shutdown.shutdown(TEST);

        assertThat(log).containsExactly("announce door", "admitted");
        assertThat(shutdown.requests().enter("late")).isEqualTo(Refusal.SHUTTING_DOWN);
    }

    private String closed(Permit permit) {
        permit.close();
        return "admitted";
    }

    @Test
    void letsAnAcceptLoopHandOnWhatItHasTaken() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        shutdown.accepting()
                .fork(
                        "consumer",
                        () -> {
                            inside.countDown();
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException stop) {
                                shutdown.executor("messages")
                                        .execute("last message", () -> log.add("handled"));
                            }
                            return null;
                        });
        inside.await();

        shutdown.shutdown(TEST);

        assertThat(log).containsExactly("handled");
    }

    @Test
    void cancelsAcceptLoopsBeforeWorkDrains() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        shutdown.accepting()
                .fork(
                        "accept loop",
                        () -> {
                            inside.countDown();
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException stop) {
                                log.add("accept loop ends");
                            }
                            return null;
                        });
        inside.await();
        shutdown.register("db", ResourceType.DATABASE, () -> log.add("db"));

        assertThat(shutdown.shutdown(TEST).status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);

        assertThat(log).containsExactly("accept loop ends", "db");
    }

    private class Door implements Entrance {
        private final String name;

        Door(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void announce() {
            log.add("announce " + name);
        }

        @Override
        public void refuse(Deadline deadline) throws Exception {
            log.add("refuse " + name);
        }
    }
}
