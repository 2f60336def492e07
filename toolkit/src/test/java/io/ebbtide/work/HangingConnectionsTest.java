package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

/** Close actions that do not return: three regimes of them, and of the time there is for them. */
@Timeout(30)
class HangingConnectionsTest {

    private final FakeTime time = new FakeTime();
    private final AtomicInteger threads = new AtomicInteger();
    private final ConnectionTracker<String> connections =
            new ConnectionTracker<>(
                    Scope.open("requests", time),
                    Integer.MAX_VALUE,
                    task -> {
                        threads.incrementAndGet();
                        return Thread.ofVirtual().unstarted(task);
                    });
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger closed = new AtomicInteger();

    @AfterEach
    void letThemGo() {
        release.countDown();
    }

    private TrackedConnection<String> track(AutoCloseable close) {
        return connections.tryTrack("http", "", close).orElseThrow();
    }

    private List<TrackedConnection<String>> trackHanging(int count) {
        List<TrackedConnection<String>> hanging = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            hanging.add(track(release::await));
        }
        return hanging;
    }

    private Deadline in(long seconds) {
        return Deadline.in(Duration.ofSeconds(seconds), time);
    }

    private static <T> FutureTask<T> start(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread.ofPlatform().start(task);
        return task;
    }

    private void letPatienceRunOut(int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            time.awaitWaiters(1);
            time.advance(Closers.PATIENCE);
        }
    }

    @Test
    void holdUpNoOthers() throws Exception {
        List<TrackedConnection<String>> hanging = trackHanging(20);
        CountDownLatch others = new CountDownLatch(100);
        for (int i = 0; i < 100; i++) {
            track(others::countDown);
        }

        FutureTask<ClosedConnections<String>> closing =
                start(() -> connections.closeAll(in(3_600)));
        letPatienceRunOut(20);
        others.await();
        while (connections.active() > hanging.size()) {
            Thread.onSpinWait();
        }
        time.awaitWaiters(1);
        time.advance(Duration.ofHours(1));

        assertThat(closing.get().closed()).isEqualTo(100);
        assertThat(closing.get().open()).containsExactlyElementsOf(hanging);
        assertThat(threads).as("one for each that hangs, and one for the rest").hasValue(21);
    }

    @Test
    void areInterruptedAtTheDeadline() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        track(
                () -> {
                    inside.countDown();
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                });

        FutureTask<ClosedConnections<String>> closing = start(() -> connections.closeAll(in(1)));
        inside.await();
        time.awaitWaiters(1);
        time.advance(Duration.ofSeconds(1));

        assertThat(closing.get().open()).hasSize(1);
        interrupted.await();
    }

    @Test
    void areNamedWithTheThreadThatHangsAndForgottenWhenItGoesOn() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        track(
                () -> {
                    inside.countDown();
                    awaitUninterruptibly(release);
                    gone.countDown();
                });

        FutureTask<ClosedConnections<String>> closing = start(() -> connections.closeAll(in(1)));
        inside.await();
        time.awaitWaiters(1);
        time.advance(Duration.ofSeconds(1));
        TrackedConnection<String> open = closing.get().open().getFirst();
        Thread closer = open.closer().orElseThrow();
        release.countDown();
        gone.await();
        closer.join();

        assertThat(connections.active()).isZero();
        assertThat(open.isClosed()).isTrue();
    }

    @Test
    void takeAtMostSoManyThreads() throws Exception {
        trackHanging(300);

        FutureTask<ClosedConnections<String>> closing =
                start(() -> connections.closeAll(in(3_600)));
        letPatienceRunOut(256);
        time.awaitWaiters(1);
        time.advance(Duration.ofHours(1));

        assertThat(closing.get().open()).hasSizeBetween(44, 300);
        assertThat(threads).hasValue(256);
    }

    @Test
    void areBegunWithAlsoWhenNoTimeIsLeft() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        track(both::countDown);
        track(both::countDown);

        connections.closeAll(in(0));

        both.await();
    }

    @Test
    void areWaitedForWhenSomebodyElseIsClosingThem() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        TrackedConnection<String> slow =
                track(
                        () -> {
                            inside.countDown();
                            release.await();
                            closed.incrementAndGet();
                        });
        FutureTask<Void> owner =
                start(
                        () -> {
                            slow.close();
                            return null;
                        });
        inside.await();
        FutureTask<ClosedConnections<String>> closing = start(() -> connections.closeAll(in(1)));
        time.awaitWaiters(1);

        release.countDown();

        assertThat(closing.get().isClean()).isTrue();
        assertThat(closed).hasValue(1);
        owner.get();
    }

    @Test
    void doNotKeepAnInterruptFromWhoWaits() throws Exception {
        trackHanging(1);
        FutureTask<Boolean> closing =
                new FutureTask<>(
                        () -> {
                            try {
                                return connections.closeAll(in(1)) == null;
                            } catch (InterruptedException expected) {
                                return true;
                            }
                        });
        Thread waiter = Thread.ofPlatform().start(closing);
        time.awaitWaiters(1);

        waiter.interrupt();
        assertThat(closing.get()).as("interrupted").isTrue();
        release.countDown();

        assertThat(connections.closeAll(in(1)).open()).isEmpty();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean released = false;
        while (!released) {
            try {
                latch.await();
                released = true;
            } catch (InterruptedException ignored) {
                released = false; // that is what a stubborn action does
            }
        }
    }
}
