package io.ebbtide.resource;

import io.ebbtide.work.Deadline;
import io.ebbtide.work.Peer;
import io.ebbtide.work.Permit;
import io.ebbtide.work.Refusal;
import io.ebbtide.work.RequestScope;
import io.ebbtide.work.Scope;
import io.ebbtide.work.TimeSource;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A resource in our charge, with its leases: each is a permit in a scope of the resource's own. Thread-safe. */
final class Held {

    private static final int NAMES = 5;

    private final Resource resource;
    private final Scope leases;

    /** Whether the close has ended, in whatever way. Written by the closing thread. */
    private volatile boolean closed;

    Held(Resource resource, TimeSource time) {
        this.resource = resource;
        this.leases = Scope.open("leases of " + resource.name(), time);
    }

    Resource resource() {
        return resource;
    }

    Lease lease() {
        String holder =
                RequestScope.current()
                        .map(RequestScope::name)
                        .orElseGet(() -> label(Thread.currentThread()));
        return switch (leases.enter("", holder, Peer.NOBODY)) {
            case Permit permit -> new Lease(permit, resource.name());
            case Refusal _ ->
                    throw new IllegalStateException(
                            "resource '"
                                    + resource.name()
                                    + "' is being closed, or is closed: nobody can lease it any"
                                    + " more");
        };
    }

    private static String label(Thread thread) {
        return thread.getName().isEmpty() ? "#" + thread.threadId() : thread.getName();
    }

    Step closing(Duration timeout) {
        return new Step(resource.name(), resource.timeout().orElse(timeout), this::close);
    }

    boolean canBeForced() {
        return resource.force().isPresent();
    }

    /** {@return a step that forces the close; empty if there is nothing to force} */
    Optional<Step> forcing(Duration timeout) {
        return closed
                ? Optional.empty()
                : resource.force()
                        .map(action -> new Step("force " + resource.name(), timeout, action));
    }

    private void close(Deadline end) throws Exception {
        try {
            List<Permit> leased = awaitLeases(end);
            resource.close().run(end);
            if (!leased.isEmpty()) {
                throw new IllegalStateException("closed while in use by " + names(leased));
            }
        } finally {
            closed = true;
        }
    }

    /** {@return the leases that are still out when it is time to close} An interrupt ends the waiting and is kept. */
    private List<Permit> awaitLeases(Deadline end) {
        Deadline patience = Patience.before(end);
        leases.drain(patience);
        try {
            if (leases.join(patience)) {
                return List.of();
            }
        } catch (InterruptedException closeNow) {
            Thread.currentThread().interrupt();
        }
        return leases.running();
    }

    private static String names(List<Permit> leased) {
        String more = leased.size() > NAMES ? " and " + (leased.size() - NAMES) + " more" : "";
        return leased.stream()
                .limit(NAMES)
                .map(lease -> "'" + lease.name() + "' for " + lease.age().toMillis() + " ms")
                .collect(Collectors.joining(", ", "", more));
    }
}
