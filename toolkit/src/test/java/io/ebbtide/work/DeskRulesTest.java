package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.function.Function;
import java.util.stream.Stream;

/** A tracker keeps the rules in every order, and each design that is known to be wrong breaks the one that it should. */
@Timeout(60)
class DeskRulesTest {

    @ParameterizedTest
    @EnumSource
    void areKeptByATracker(DeskRule rule) {
        assertThat(rule.check(TrackerDesk::new)).isGreaterThan(1);
    }

    @ParameterizedTest
    @MethodSource
    void areBroken(Function<Runnable, Desk> wrong, DeskRule rule, String how) {
        assertThatThrownBy(() -> rule.check(steps -> wrong.apply(steps::step)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(how);
    }

    static Stream<Arguments> areBroken() {
        return Stream.of(
                wrong(
                        "M6 checks, then adds",
                        WrongDesks.ChecksThenAdds::new,
                        DeskRule.NOTHING_STAYS_OPEN,
                        "but was: 0"),
                wrong(
                        "looks, then closes idle ones",
                        WrongDesks.LooksThenClosesIdle::new,
                        DeskRule.A_REQUEST_HAS_A_CONNECTION,
                        "open while a request runs"),
                wrong(
                        "M5 checks, then closes",
                        WrongDesks.ChecksThenCloses::new,
                        DeskRule.A_CONNECTION_IS_CLOSED_ONCE,
                        "but was: 2"));
    }

    private static Arguments wrong(
            String name, Function<Runnable, Desk> design, DeskRule rule, String how) {
        return argumentSet(name, design, rule, how);
    }
}
