package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** An executor whose thread factory fails. */
@Timeout(30)
class ExecutorWithoutThreadsTest {

    @Nested
    class WithAQueue {

        private final Scope work = Scope.open("work", TimeSource.system());
        private final AtomicBoolean broken = new AtomicBoolean();
        private final ThreadFactory factory =
                task -> {
                    if (broken.get()) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    return Thread.ofVirtual().unstarted(task);
                };
        private final ShutdownAwareExecutor poor =
                ShutdownAwareExecutor.in(work.child("poor", factory), Limits.concurrency(1));

        @Test
        void runsWhatWaitsOnTheThreadBefore() throws Exception {
            StuckTask before = new StuckTask();
            poor.execute(
                    () -> {
                        before.run();
                        Thread.currentThread().interrupt();
                    });
            before.awaitInside();
            Future<Boolean> interrupted = poor.submit(() -> Thread.currentThread().isInterrupted());
            Future<String> name =
                    poor.submit("last", () -> RequestScope.current().orElseThrow().name());
            broken.set(true);

            before.release();

            assertThat(interrupted.get()).isFalse();
            assertThat(name.get()).isEqualTo("last");
        }

        @Test
        void freesThePlaceOfWhatFoundNoThread() throws Exception {
            broken.set(true);
            assertThatThrownBy(() -> poor.submit(() -> "")).isInstanceOf(OutOfMemoryError.class);
            assertThat(poor.scope().inFlight()).isZero();
            broken.set(false);

            assertThat(poor.submit(() -> "alive").get()).isEqualTo("alive");
        }
    }

    @Nested
    class WithATimer {

        private final FakeTime time = new FakeTime();
        private final Scope work = Scope.open("work", time);
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        private final AtomicBoolean broken = new AtomicBoolean(true);
        private final BlockingQueue<Throwable> uncaught = new LinkedBlockingQueue<>();
        private final ThreadFactory factory =
                task -> {
                    if (broken.get()) {
                        Thread.currentThread()
                                .setUncaughtExceptionHandler((_, thrown) -> uncaught.add(thrown));
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    return Thread.ofVirtual().unstarted(task);
                };
        private final ShutdownAwareExecutor poor =
                ShutdownAwareExecutor.in(work.child("poor", factory));

        @Test
        void failsADelayedTaskAndSaysSo() throws Exception {
            ScheduledFuture<String> mail = poor.schedule(() -> "mail", 1, TimeUnit.SECONDS);

            time.advance(Duration.ofSeconds(1));

            assertThatThrownBy(mail::get)
                    .hasCauseInstanceOf(RejectedExecutionException.class)
                    .hasRootCauseInstanceOf(OutOfMemoryError.class);
            assertThat(uncaught.take()).hasMessageContaining("could not start when its time");
            assertThat(work.inFlight()).isZero();
        }

        @Test
        void leavesARunOfARepeatedTaskOutAndGoesOn() throws Exception {
            ScheduledFuture<?> _ =
                    poor.scheduleAtFixedRate(() -> events.add("beat"), 1, 1, TimeUnit.SECONDS);
            time.advance(Duration.ofSeconds(1));
            assertThat(uncaught.take()).hasRootCauseInstanceOf(OutOfMemoryError.class);

            broken.set(false);
            time.advance(Duration.ofSeconds(1));

            assertThat(events.take()).isEqualTo("beat");
        }

        @AfterEach
        void endTimer() {
            work.cancel();
        }
    }
}
