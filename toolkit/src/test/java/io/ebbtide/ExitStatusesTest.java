package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ExitStatusesTest {

    private static final ExitStatuses.AfterSignal CLEAN = ExitStatuses.AfterSignal.CLEAN;

    @Test
    void mustFitIntoAByte() {
        assertThatThrownBy(() -> new ExitStatuses(0, 256, 2, 70, CLEAN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("withErrors: exit status 256; allowed is 0 to 255");
        assertThatThrownBy(() -> new ExitStatuses(-1, 1, 2, 70, CLEAN))
                .hasMessage("clean: exit status -1; allowed is 0 to 255");
    }

    @Test
    void mustTellCleanFromNotClean() {
        assertThatThrownBy(() -> new ExitStatuses(0, 1, 0, 70, CLEAN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "forced: exit status 0 is that of a clean shutdown; allowed is any other"
                                + " from 0 to 255");
    }
}
