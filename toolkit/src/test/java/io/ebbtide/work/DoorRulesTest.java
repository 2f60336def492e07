package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.function.BiFunction;
import java.util.stream.Stream;

/** A scope keeps the rules in every order, and each design that is known to be wrong breaks the one that it should. */
@Timeout(60)
class DoorRulesTest {

    @ParameterizedTest
    @EnumSource
    void areKeptByAScope(DoorRule rule) {
        assertThat(rule.check(ScopeDoor::narrow)).isGreaterThan(1);
    }

    @ParameterizedTest
    @EnumSource
    void areKeptByATreeOfScopes(DoorRule rule) {
        assertThat(rule.check(ScopeDoor::wide)).isGreaterThan(1);
    }

    @ParameterizedTest
    @MethodSource
    void areBroken(BiFunction<TimeSource, Runnable, Door> wrong, DoorRule rule, String how) {
        assertThatThrownBy(() -> rule.check(steps -> wrong.apply(steps, steps::step)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(how);
    }

    static Stream<Arguments> areBroken() {
        return Stream.of(
                wrong(
                        "M1 checks, then counts",
                        WrongDoors.ChecksThenCounts::new,
                        DoorRule.NEVER_DRAINED_WHILE_WORK_RUNS,
                        "drained while work runs"),
                wrong(
                        "M2 looks, then leaves",
                        WrongDoors.LooksThenLeaves::new,
                        DoorRule.THE_LAST_ONE_WAKES_WHO_WAITS,
                        "a lost wake-up"),
                wrong(
                        "M3 counts in cells",
                        WrongDoors.CountsInCells::new,
                        DoorRule.NEVER_DRAINED_BY_WORK_THAT_IS_REFUSED,
                        "drained while work runs"),
                wrong(
                        "M5 checks, then sets",
                        WrongDoors.ChecksThenSets::new,
                        DoorRule.A_TICKET_COUNTS_ONCE,
                        "but was: 0"));
    }

    private static Arguments wrong(
            String name, BiFunction<TimeSource, Runnable, Door> design, DoorRule rule, String how) {
        return argumentSet(name, design, rule, how);
    }
}
