package io.ebbtide.jetty.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

class AccountTest {

    private static final Set<Long> ORDERS = Set.of(1L, 2L);
    private static final Set<Long> SHIPPED = Set.of(1L);
    private static final OrderBooks BOOKS =
            new OrderBooks(ORDERS, ORDERS, ORDERS, SHIPPED, SHIPPED);
    private static final RequestCounts REQUESTS =
            new RequestCounts(
                    105,
                    Map.of(
                            Outcome.ANSWERED, 100L,
                            Outcome.REFUSED_AT_THE_DOOR, 3L,
                            Outcome.REFUSED_WITH_503, 2L),
                    7,
                    20);

    @Test
    void holdsWhenEveryRequestAndEveryOrderIsWhereItShouldBe() {
        Account account = new Account(REQUESTS, 9, 4, 4, BOOKS, 0);

        assertThat(account.failures()).isEmpty();
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("wrongAccounts")
    void namesTheLineThatFailsAndWhatItShouldBe(String label, Account account, String expected) {
        assertThat(account.failures()).hasSize(1);
        AccountLine failure = account.failures().getFirst();
        assertThat(failure.label().strip()).isEqualTo(label);
        assertThat(failure.remark()).isEqualTo(expected);
        assertThat(failure.text()).contains("FAILED").hasSizeLessThanOrEqualTo(100);
    }

    static List<Arguments> wrongAccounts() {
        return List.of(
                arguments("requests sent", of(requests(106, Map.of())), "must be 105"),
                arguments("lost", of(requests(106, Map.of(Outcome.LOST, 1L))), "must be 0"),
                arguments(
                        "truncated", of(requests(106, Map.of(Outcome.TRUNCATED, 1L))), "must be 0"),
                arguments(
                        "answered wrongly",
                        of(requests(106, Map.of(Outcome.WRONG, 1L))),
                        "must be 0"),
                arguments(
                        "waiting for their answer at SIGTERM",
                        of(atSignal(0, 20)),
                        "must be more than 0"),
                arguments("after SIGTERM", of(atSignal(7, 0)), "must be more than 0"),
                arguments(
                        "readiness probes answered with 503",
                        new Account(REQUESTS, 0, 4, 4, BOOKS, 0),
                        "must be more than 0"),
                arguments(
                        "event streams ended with goodbye",
                        new Account(REQUESTS, 9, 4, 3, BOOKS, 0),
                        "must be 4"),
                arguments(
                        "rows in the database",
                        of(books(SHIPPED, ORDERS)),
                        "1 missing, 0 too many"),
                arguments(
                        "entries in Redis",
                        of(books(ORDERS, Set.of(1L, 3L))),
                        "1 missing, 1 too many"),
                arguments(
                        "shipped so far, in Redis",
                        of(new OrderBooks(ORDERS, ORDERS, ORDERS, SHIPPED, Set.of())),
                        "1 missing, 0 too many"),
                arguments(
                        "exit status of the service",
                        new Account(REQUESTS, 9, 4, 4, BOOKS, 143),
                        "must be 0"));
    }

    @Test
    void doesNotHoldWhenNothingWasOrdered() {
        OrderBooks empty = new OrderBooks(Set.of(), Set.of(), Set.of(), Set.of(), Set.of());

        assertThat(of(empty).failures())
                .extracting(AccountLine::label)
                .containsExactly("orders acknowledged to clients");
    }

    private static Account of(RequestCounts requests) {
        return new Account(requests, 9, 4, 4, BOOKS, 0);
    }

    private static Account of(OrderBooks books) {
        return new Account(REQUESTS, 9, 4, 4, books, 0);
    }

    private static RequestCounts requests(long sent, Map<Outcome, Long> wrong) {
        Map<Outcome, Long> outcomes = new HashMap<>(REQUESTS.outcomes());
        outcomes.putAll(wrong);
        return new RequestCounts(sent, outcomes, 7, 20);
    }

    private static RequestCounts atSignal(int open, long answeredAfter) {
        return new RequestCounts(105, REQUESTS.outcomes(), open, answeredAfter);
    }

    private static OrderBooks books(Set<Long> rows, Set<Long> entries) {
        return new OrderBooks(ORDERS, rows, entries, SHIPPED, SHIPPED);
    }
}
