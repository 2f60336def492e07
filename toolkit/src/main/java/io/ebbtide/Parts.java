package io.ebbtide;

import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.resource.Resources;
import io.ebbtide.work.BackgroundTasks;
import io.ebbtide.work.RequestScope;
import io.ebbtide.work.Scope;
import io.ebbtide.work.TimeSource;

import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** What a shutdown is made of: filled by the front door, gone through by a run. */
record Parts(
        ShutdownConfig config,
        TimeSource time,
        Scope accepting,
        Scope work,
        Scope requests,
        Scope executors,
        BackgroundTasks background,
        BackgroundTasks untilDrained,
        Connections connections,
        Scope steps,
        Resources resources,
        Hooks hooks,
        Entrances entrances,
        Listeners listeners,
        PhaseLatches phases,
        Standby standby) {

    static Parts of(ShutdownConfig config, TimeSource time) {
        Scope work = Scope.open("work", time);
        return new Parts(
                config,
                time,
                Scope.open("accept", time),
                work,
                work.busyChild("requests", config.maxInFlightRequests()),
                work.child("executors"),
                BackgroundTasks.in(work.child("background")),
                BackgroundTasks.in(Scope.open("until-drained", time)),
                new Connections(),
                Scope.open("shutdown", time),
                new Resources(time),
                new Hooks(),
                new Entrances(),
                new Listeners(),
                new PhaseLatches(),
                new Standby());
    }

    /**
     * Refuses to let work wait for the shutdown that waits for it.
     *
     * @throws IllegalStateException if the calling code is such work
     */
    void ensureOutside() {
        RequestScope.current()
                .filter(this::waitsFor)
                .ifPresent(
                        inside -> {
                            throw new IllegalStateException(
                                    "this would wait for what it is called from, '"
                                            + inside.name()
                                            + "'; call begin() here, which returns at once");
                        });
    }

    /** Waits until a shutdown has come to {@code phase}. No phase up to the first one waits for work. */
    void awaitPhase(ShutdownPhase phase) throws InterruptedException {
        if (phase.compareTo(ShutdownPhase.INITIATED) > 0) {
            ensureOutside();
        }
        phases.await(phase);
    }

    private boolean waitsFor(RequestScope scope) {
        return Stream.of(work, accepting, untilDrained.scope(), steps)
                .anyMatch(awaited -> awaited.encloses(scope));
    }

    /** {@return a sum over all work of users, what runs until the rest is drained included} */
    long sumOfWork(ToLongFunction<Scope> count) {
        return count.applyAsLong(work) + count.applyAsLong(untilDrained.scope());
    }
}
