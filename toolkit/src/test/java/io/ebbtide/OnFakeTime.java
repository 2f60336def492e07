package io.ebbtide;

import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.work.FakeTime;
import io.ebbtide.work.Peer;
import io.ebbtide.work.Permit;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

/** A shutdown on a time that the test moves, and a log of what happens in it. */
abstract class OnFakeTime {

    static final ShutdownReason TEST = new ShutdownReason.Requested("test");

    /** One wait is one wait: no lame-duck time, no progress. */
    static final ShutdownConfig NO_DELAY =
            ShutdownConfig.defaults()
                    .withLameDuck(Duration.ZERO)
                    .withProgressInterval(Duration.ofHours(1));

    final FakeTime time = new FakeTime();
    final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    final StructuredShutdown shutdown = open(NO_DELAY);

    final StructuredShutdown open(ShutdownConfig config) {
        return StructuredShutdown.open(config, time).listen(new ShutdownListener() {});
    }

    final Permit enter(String name, Peer peer) {
        return (Permit) shutdown.requests().enter("GET", name, peer);
    }

    /** Lets the coordinator begin to wait, then lets the time pass for which it waits. */
    final void pass(Duration by) throws InterruptedException {
        time.awaitWaiters(1);
        time.advance(by);
    }

    /** Stays until it is interrupted. */
    final void stay() throws InterruptedException {
        log.add("inside");
        new CountDownLatch(1).await();
    }
}
