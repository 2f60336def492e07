package io.ebbtide.jetty.demo;

import static io.ebbtide.jetty.demo.AccountLine.exactly;
import static io.ebbtide.jetty.demo.AccountLine.note;
import static io.ebbtide.jetty.demo.AccountLine.some;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a run came to: every request and every order, from the side of those who made them.
 *
 * @param notReady how often readiness was answered with 503
 * @param streams how many streams of events were open when SIGTERM was sent
 * @param goodbyes how many of them ended with a goodbye
 * @param exitStatus the service's
 */
record Account(
        RequestCounts requests,
        int notReady,
        int streams,
        int goodbyes,
        OrderBooks orders,
        int exitStatus) {

    /** {@return the table, line by line} */
    List<AccountLine> lines() {
        return List.of(
                exactly("requests sent", requests.sent(), requests.settled()),
                some("  waiting for their answer at SIGTERM", requests.openAtSignal()),
                note("  answered whole", requests.of(Outcome.ANSWERED)),
                some("    after SIGTERM", requests.answeredAfterSignal()),
                note("  refused at the closed door", requests.of(Outcome.REFUSED_AT_THE_DOOR))
                        .remark("nothing was sent"),
                note("  refused with 503 and close", requests.of(Outcome.REFUSED_WITH_503))
                        .remark("safe to retry"),
                exactly("  lost", requests.of(Outcome.LOST), 0),
                exactly("  truncated", requests.of(Outcome.TRUNCATED), 0),
                exactly("  answered wrongly", requests.of(Outcome.WRONG), 0),
                some("readiness probes answered with 503", notReady),
                exactly("event streams ended with goodbye", goodbyes, streams),
                some("orders acknowledged to clients", orders.acknowledged().size()),
                same("  rows in the database", orders.rows(), orders.acknowledged()),
                same("  entries in Redis", orders.entries(), orders.acknowledged()),
                note("  shipped so far, in the database", orders.shippedRows().size()),
                same("  shipped so far, in Redis", orders.shippedEntries(), orders.shippedRows()),
                exactly("exit status of the service", exitStatus, 0));
    }

    /** {@return the lines that do not hold; empty if nobody was lost} */
    List<AccountLine> failures() {
        return lines().stream()
                .filter(line -> line.verdict() == AccountLine.Verdict.FAILED)
                .toList();
    }

    /** Compares the orders themselves, not only how many there are. */
    private static AccountLine same(String label, Set<Long> actual, Set<Long> expected) {
        Set<Long> missing = new HashSet<>(expected);
        missing.removeAll(actual);
        Set<Long> extra = new HashSet<>(actual);
        extra.removeAll(expected);
        return missing.isEmpty() && extra.isEmpty()
                ? exactly(label, actual.size(), expected.size())
                : AccountLine.failed(
                        label,
                        actual.size(),
                        "%d missing, %d too many".formatted(missing.size(), extra.size()));
    }
}
