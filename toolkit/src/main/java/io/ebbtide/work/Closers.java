package io.ebbtide.work;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Closes a list of connections on threads of its own, and waits for that until a deadline.
 *
 * <p>It starts with one thread, which is enough where actions return at once, and adds one whenever {@link #PATIENCE} has
 * passed and some connections have not been begun with: actions that hang take threads away, but not time. At the
 * deadline the waiting ends and who hangs is interrupted; the threads go on with the rest of the list.
 */
final class Closers<T> {

    /** Platform threads: with virtual ones, as many busy loops as there are cores would keep sockets open. */
    static final ThreadFactory PLATFORM =
            Thread.ofPlatform().daemon().name("shutdown-closer-", 1).factory();

    /** How long everything may take before one more thread helps. */
    static final Duration PATIENCE = Duration.ofMillis(10);

    /** More threads than this would be a fault of their own. */
    private static final int MOST = 256;

    /** Which connections are closed. */
    enum Choice {
        ALL,
        IDLE
    }

    private final Choice choice;
    private final List<TrackedConnection<T>> due;
    private final Scope threads;

    /** For the end of the whole list. */
    private final WaitSet through;

    /** For the end of any connection. */
    private final WaitSet closings;

    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();

    Closers(
            Choice choice,
            List<TrackedConnection<T>> due,
            TimeSource time,
            ThreadFactory threads,
            WaitSet closings) {
        this.choice = choice;
        this.due = due;
        this.threads = Scope.open("closers", time, threads);
        this.through = new WaitSet(time);
        this.closings = closings;
    }

    ClosedConnections<T> closeUntil(Deadline deadline) throws InterruptedException {
        int started = 0;
        do {
            boolean more = next.get() < due.size() && started < MOST;
            if (more && start()) {
                started++;
            } else if (started == 0) {
                closeOnThisThread();
            }
            through.await(this::isThrough, more ? deadline.atMost(PATIENCE) : deadline);
        } while (!isThrough() && !deadline.isPassed());
        List<TrackedConnection<T>> inOtherHands = due.stream().filter(this::isAwaited).toList();
        closings.await(() -> inOtherHands.stream().noneMatch(this::isAwaited), deadline);
        ClosedConnections<T> report = report();
        threads.cancel();
        return report;
    }

    /** {@return whether there is one more thread; the system may give none} */
    private boolean start() {
        try {
            threads.fork(
                    "closer",
                    () -> {
                        closeNextOnes();
                        return null;
                    });
            return true;
        } catch (Throwable noThread) {
            return false;
        }
    }

    private void closeOnThisThread() {
        boolean interrupted = Thread.interrupted();
        closeNextOnes();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeNextOnes() {
        int index;
        while ((index = next.getAndIncrement()) < due.size()) {
            TrackedConnection<T> connection = due.get(index);
            Thread.interrupted(); // what stopped one action is not the next one's business
            switch (choice) {
                case ALL -> connection.close();
                case IDLE -> connection.closeIfIdle();
            }
            if (done.incrementAndGet() == due.size()) {
                through.wake();
            }
        }
    }

    private boolean isThrough() {
        return done.get() == due.size();
    }

    private ClosedConnections<T> report() {
        int begun = Math.min(next.get(), due.size());
        Stream<TrackedConnection<T>> hanging = due.subList(0, begun).stream().filter(this::hangs);
        Stream<TrackedConnection<T>> left =
                due.subList(begun, due.size()).stream().filter(this::isDue);
        return new ClosedConnections<>(
                (int) due.stream().filter(TrackedConnection::isClosed).count(),
                due.stream().filter(connection -> connection.failure().isPresent()).toList(),
                Stream.concat(hanging, left).toList());
    }

    private boolean isDue(TrackedConnection<T> connection) {
        return choice == Choice.ALL
                ? !connection.isClosed()
                : connection.isIdle() || hangs(connection);
    }

    private boolean hangs(TrackedConnection<T> connection) {
        return connection.isClosing() && !connection.isClosed();
    }

    /** Nobody waits for an action that they are in the middle of. */
    private boolean isAwaited(TrackedConnection<T> connection) {
        return hangs(connection) && connection.closer().orElse(null) != Thread.currentThread();
    }
}
