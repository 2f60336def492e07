package io.ebbtide.work;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a {@link ConnectionTracker} counts, at one moment. Connections may come and go while it is taken, so a number may
 * be ahead of another by what happened meanwhile.
 *
 * @param state whether connections are taken
 * @param total what is open and what runs, of all types together
 * @param byType the same for each type of which a connection is open, oldest connection first; unmodifiable
 * @param tracked how many connections have been taken since the tracker was opened
 * @param refused how many have been refused, because it did not accept or was full
 * @param failed how many close actions have thrown
 */
public record TrackerStats<T>(
        ConnectionTracker.State state,
        Load total,
        Map<T, Load> byType,
        long tracked,
        long refused,
        long failed) {

    /** Copies the map. */
    public TrackerStats {
        byType = Collections.unmodifiableMap(new LinkedHashMap<>(byType));
    }

    /**
     * Some connections and what runs on them.
     *
     * @param active how many are open
     * @param inFlight how many requests run on them; a request on a connection that has been closed is not counted here
     */
    public record Load(int active, int inFlight) {

        /** Nothing is open. */
        public static final Load NONE = new Load(0, 0);

        /** {@return both together} */
        public Load plus(Load other) {
            return new Load(active + other.active, inFlight + other.inFlight);
        }
    }
}
