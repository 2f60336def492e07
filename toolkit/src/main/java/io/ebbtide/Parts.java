package io.ebbtide;

import io.ebbtide.report.ShutdownListener;
import io.ebbtide.resource.Resources;
import io.ebbtide.work.BackgroundTasks;
import io.ebbtide.work.RequestScope;
import io.ebbtide.work.Scope;
import io.ebbtide.work.TimeSource;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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
        List<ShutdownListener> listeners,
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
                new CopyOnWriteArrayList<>(),
                new Standby());
    }

    /** {@return whether code of {@code scope} would wait for itself if it waited for the shutdown} */
    boolean waitsFor(RequestScope scope) {
        return Stream.of(work, accepting, untilDrained.scope(), steps)
                .anyMatch(awaited -> awaited.encloses(scope));
    }

    /** {@return a sum over all work of users, what runs until the rest is drained included} */
    long sumOfWork(ToLongFunction<Scope> count) {
        return count.applyAsLong(work) + count.applyAsLong(untilDrained.scope());
    }

    /** {@return who is told; the log if nobody asked to be} */
    List<ShutdownListener> audience() {
        return listeners.isEmpty() ? List.of(ShutdownListener.logging("io.ebbtide")) : listeners;
    }
}
