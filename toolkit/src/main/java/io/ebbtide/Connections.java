package io.ebbtide;

import io.ebbtide.resource.ResourceType;
import io.ebbtide.resource.Step;
import io.ebbtide.work.ClosedConnections;
import io.ebbtide.work.ConnectionTracker;
import io.ebbtide.work.Deadline;
import io.ebbtide.work.Scope;
import io.ebbtide.work.TrackedConnection;
import io.ebbtide.work.TrackerStats;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** The trackers that a shutdown sees to: idle connections close when work is refused, all others when it has ended. */
final class Connections {

    private record Named(String name, ConnectionTracker<ResourceType> tracker) {}

    /** A way of closing connections until a deadline. */
    @FunctionalInterface
    private interface Closing {
        ClosedConnections<ResourceType> close(
                ConnectionTracker<ResourceType> tracker, Deadline deadline)
                throws InterruptedException;
    }

    private final List<Named> all = new CopyOnWriteArrayList<>();

    /** {@return a new tracker for requests that enter {@code requests}} */
    synchronized ConnectionTracker<ResourceType> open(String name, Scope requests, int limit) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException(
                    "name: '" + name + "'; allowed is a tracker's name that is not blank");
        }
        if (all.stream().anyMatch(one -> one.name.equals(name))) {
            throw new IllegalArgumentException(
                    "name: a tracker '" + name + "' exists already; allowed is each name once");
        }
        ConnectionTracker<ResourceType> tracker = ConnectionTracker.open(requests, limit);
        all.add(new Named(name, tracker));
        return tracker;
    }

    /** {@return what each tracker counts, by its name, in the order in which they were added} */
    Map<String, TrackerStats<ResourceType>> stats() {
        Map<String, TrackerStats<ResourceType>> stats = new LinkedHashMap<>();
        all.forEach(one -> stats.put(one.name, one.tracker.stats()));
        return stats;
    }

    /** No connection is taken from now on. {@return steps that close those on which nothing runs} */
    List<Step> closeIdle(Duration timeout, Deadline deadline) {
        all.forEach(one -> one.tracker.stopAccepting());
        return steps("idle connections of ", timeout, deadline, ConnectionTracker::closeIdle);
    }

    /** {@return steps that close all connections} */
    List<Step> closeAll(Duration timeout, Deadline deadline) {
        return steps("connections of ", timeout, deadline, ConnectionTracker::closeAll);
    }

    /** None where there is nothing to close: an idle tracker is no line in a report. */
    private List<Step> steps(String verb, Duration timeout, Deadline deadline, Closing closing) {
        return all.stream()
                .filter(one -> one.tracker.active() > 0)
                .map(
                        one ->
                                new Step(
                                        verb + one.name,
                                        timeout,
                                        () -> ensureClean(closing.close(one.tracker, deadline))))
                .toList();
    }

    private static void ensureClean(ClosedConnections<ResourceType> closed) throws IOException {
        if (closed.isClean()) {
            return;
        }
        IOException failure =
                new IOException(
                        closed.failed().size()
                                + " failed to close, "
                                + closed.open().size()
                                + " still open, "
                                + closed.closed()
                                + " closed; first: "
                                + Stream.concat(closed.failed().stream(), closed.open().stream())
                                        .findFirst()
                                        .map(TrackedConnection::detail)
                                        .orElse(""));
        closed.failed().stream()
                .flatMap(connection -> connection.failure().stream())
                .limit(10)
                .forEach(failure::addSuppressed);
        throw failure;
    }
}
