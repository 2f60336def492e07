package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class RestartPolicyTest {

    private final RestartPolicy policy = RestartPolicy.onFailure();

    @Test
    void isBoundedUnlessSaidOtherwise() {
        assertThat(policy.maxRestarts()).isEqualTo(10);
        assertThat(policy.window()).isEqualTo(Duration.ofMinutes(10));
        assertThat(policy.escalation()).isEqualTo(new Escalation.Report());
        assertThat(policy.withoutLimit().maxRestarts()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void refusesALimitThatIsNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy.withLimit(-1, Duration.ofMinutes(1)))
                .withMessage("maxRestarts: -1; allowed is zero or more");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy.withLimit(1, Duration.ZERO))
                .withMessage("window: PT0S; allowed is more than zero");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy.withLimit(1, Duration.ofSeconds(-1)))
                .withMessageStartingWith("window: PT-1S");
    }

    @Test
    void refusesNulls() {
        assertThatNullPointerException()
                .isThrownBy(() -> policy.withBackOff(null))
                .withMessage("backOff");
        assertThatNullPointerException()
                .isThrownBy(() -> policy.withEscalation(null))
                .withMessage("escalation");
        assertThatNullPointerException()
                .isThrownBy(() -> new Escalation.Call(null))
                .withMessage("action");
    }
}
