package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** One budget for all, from the signal to the end of the process, seen from outside. */
@Battery
class BudgetTest {

    @Test
    void isSpentOnceThoughEachPartHangs() throws Exception {
        try (ChildJvm child = ChildJvm.start(BudgetProgram.class, "everything")) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).as(end.toString()).isEqualTo(2);
            assertThat(end.sinceSignal()).isLessThan(ShortBudget.BOUND);
            assertThat(end.lines())
                    .contains("db closed")
                    .anyMatch(line -> line.contains("'before' timed out"))
                    .anyMatch(line -> line.contains("straggler 'accept' in /accept"))
                    .anyMatch(line -> line.contains("straggler 'GET /stuck' in /work/requests"))
                    .anyMatch(line -> line.contains("straggler 'mail' in /work/executors/mails"))
                    .anyMatch(line -> line.contains("straggler 'poller' in /work/background"))
                    .anyMatch(line -> line.contains("straggler 'outbox' in /until-drained"))
                    .anyMatch(line -> line.contains("'bad' timed out"))
                    .anyMatch(line -> line.contains("'metrics' timed out"))
                    .anyMatch(line -> line.contains("'after' timed out"));
        }
    }

    @Test
    void isKeptAlthoughClientsGoOnSending() throws Exception {
        try (ChildJvm child = ChildJvm.start(BudgetProgram.class, "clients that go on")) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).as(end.toString()).isIn(0, 2);
            assertThat(end.sinceSignal()).isLessThan(ShortBudget.BOUND);
            assertThat(end.lines()).contains("db closed");
        }
    }

    @Test
    void doesNotHideAFailureWhenItIsUsedUp() throws Exception {
        try (ChildJvm child = ChildJvm.start(BudgetProgram.class, "a request, and a close fails")) {
            ChildJvm.End end = child.awaitLine("ready").endBy("TERM");

            assertThat(end.status()).as(end.toString()).isEqualTo(2);
            assertThat(end.lines())
                    .contains("db closed")
                    .anyMatch(line -> line.contains("straggler 'GET /stuck' in /work/requests"))
                    .anyMatch(
                            line ->
                                    line.contains(
                                            "'bad' failed: java.lang.IllegalStateException: cannot"
                                                    + " close"));
        }
    }
}
