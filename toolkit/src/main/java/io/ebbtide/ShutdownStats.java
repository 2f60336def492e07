package io.ebbtide;

import io.ebbtide.resource.ResourceType;
import io.ebbtide.work.Scope;
import io.ebbtide.work.TrackerStats;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a service counts, shutting down or not, at one moment.
 *
 * @param requests how many requests are in flight
 * @param inFlight how much work is in flight in all, requests among it
 * @param drained how much work has ended by itself since work from outside is refused
 * @param refused how much work was refused since the service started
 * @param endedAgain how often work that had ended was ended again: harmless, but a defect of the caller
 * @param trackers what each tracker of connections counts, by its name; unmodifiable
 */
public record ShutdownStats(
        int requests,
        int inFlight,
        long drained,
        long refused,
        long endedAgain,
        Map<String, TrackerStats<ResourceType>> trackers) {

    /** Copies the map. */
    public ShutdownStats {
        trackers = Collections.unmodifiableMap(new LinkedHashMap<>(trackers));
    }

    static ShutdownStats of(Parts parts) {
        return new ShutdownStats(
                parts.requests().inFlight(),
                (int) parts.sumOfWork(Scope::inFlight),
                parts.sumOfWork(Scope::drained),
                parts.sumOfWork(Scope::refused),
                parts.sumOfWork(Scope::endedAgain),
                parts.connections().stats());
    }

    /** {@return the connections of all trackers together} */
    public TrackerStats.Load connections() {
        return trackers.values().stream()
                .map(TrackerStats::total)
                .reduce(TrackerStats.Load.NONE, TrackerStats.Load::plus);
    }

    /** {@return the same by type} */
    public Map<ResourceType, TrackerStats.Load> connectionsByType() {
        Map<ResourceType, TrackerStats.Load> sums = new LinkedHashMap<>();
        trackers.values()
                .forEach(
                        stats ->
                                stats.byType()
                                        .forEach(
                                                (type, load) ->
                                                        sums.merge(
                                                                type,
                                                                load,
                                                                TrackerStats.Load::plus)));
        return Collections.unmodifiableMap(sums);
    }
}
