package io.ebbtide.jetty;

import io.ebbtide.work.TimeSource;

import org.eclipse.jetty.io.SelectorManager;
import org.jspecify.annotations.Nullable;

import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * The accepted channels of a connector, from the moment of {@code accept()} until they are closed.
 *
 * <p>It is needed because a channel that has been accepted is in nobody else's list until its end
 * point has been opened, which may take a while: the task that does it waits for a thread, with
 * {@code VirtualThreadPool} perhaps for a permit. A channel that is here and has no end point yet is
 * a connection that is still being born.
 *
 * <p>Source: Jetty 12.1.14, {@code SelectorManager.accept} calls {@code onAccepting} on the
 * acceptor's thread, {@code ManagedSelector.Accept.run} creates the end point later, {@code
 * AbstractConnector.onEndPointOpened} lists it; when one goes, it leaves that list first and {@code
 * onClosed} follows. So this set always holds at least the channels of all listed end points.
 */
final class Arrivals implements SelectorManager.AcceptListener {

    private static final long NEVER = Long.MIN_VALUE;

    private final Set<SelectableChannel> channels = ConcurrentHashMap.newKeySet();

    private final TimeSource time = TimeSource.system();

    private volatile long latestNanos = NEVER;

    /** Not null while somebody waits for arrivals. */
    private volatile @Nullable CountDownLatch expected;

    /** {@return what opens when {@code count} more channels have been accepted} */
    CountDownLatch expect(int count) {
        CountDownLatch latch = new CountDownLatch(count);
        expected = latch;
        return latch;
    }

    /** {@return whether a channel has been accepted so recently} */
    boolean anyWithin(Duration past) {
        long latest = latestNanos;
        return latest != NEVER && time.nanos() - latest <= past.toNanos();
    }

    int size() {
        return channels.size();
    }

    Set<SelectableChannel> channels() {
        return channels;
    }

    /** All have been closed. */
    void forget() {
        channels.clear();
    }

    @Override
    public void onAccepting(SelectableChannel channel) {
        channels.add(channel);
        latestNanos = time.nanos();
        CountDownLatch latch = expected;
        if (latch != null) {
            latch.countDown();
        }
    }

    @Override
    public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
        channels.remove(channel);
    }

    @Override
    public void onClosed(SelectableChannel channel) {
        channels.remove(channel);
    }
}
