package io.ebbtide;

import io.ebbtide.report.ShutdownListener;
import io.ebbtide.resource.Resources;
import io.ebbtide.work.RequestScope;
import io.ebbtide.work.Scope;
import io.ebbtide.work.TimeSource;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a shutdown is made of: filled by the front door, gone through by a run. */
record Parts(
        ShutdownConfig config,
        TimeSource time,
        Scope accepting,
        Scope work,
        Scope requests,
        Scope executors,
        Scope steps,
        Resources resources,
        Hooks hooks,
        Entrances entrances,
        List<ShutdownListener> listeners) {

    static Parts of(ShutdownConfig config, TimeSource time) {
        Scope work = Scope.open("work", time);
        return new Parts(
                config,
                time,
                Scope.open("accept", time),
                work,
                work.busyChild("requests", config.maxInFlightRequests()),
                work.child("executors"),
                Scope.open("shutdown", time),
                new Resources(),
                new Hooks(),
                new Entrances(),
                new CopyOnWriteArrayList<>());
    }

    /** {@return whether code of {@code scope} would wait for itself if it waited for the shutdown} */
    boolean waitsFor(RequestScope scope) {
        return work.encloses(scope) || accepting.encloses(scope) || steps.encloses(scope);
    }

    /** {@return who is told; the log if nobody asked to be} */
    List<ShutdownListener> audience() {
        return listeners.isEmpty() ? List.of(ShutdownListener.logging("io.ebbtide")) : listeners;
    }
}
