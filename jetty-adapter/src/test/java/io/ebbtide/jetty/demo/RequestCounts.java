package io.ebbtide.jetty.demo;

import java.util.Map;

/**
 * What became of the requests of a run.
 *
 * @param sent how many were made
 * @param outcomes how many of them ended in which way
 * @param openAtSignal how many waited for their answer when SIGTERM was sent
 * @param answeredAfterSignal how many were answered after that
 */
record RequestCounts(
        long sent, Map<Outcome, Long> outcomes, int openAtSignal, long answeredAfterSignal) {

    long of(Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0L);
    }

    /** {@return how many have an outcome at all} */
    long settled() {
        return outcomes.values().stream().mapToLong(Long::longValue).sum();
    }
}
