package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.Map;

class NotesTest {

    private final Scope scope = Scope.open("work", TimeSource.system());
    private final Permit permit = (Permit) scope.enter("GET /orders/42");

    @Test
    void areEmptyAtFirst() {
        assertThat(permit.notes()).isEmpty();
    }

    @Test
    void keepTheLastValueOfAKey() {
        permit.note("order", "42");
        permit.note("order", "43");

        assertThat(permit.notes()).isEqualTo(Map.of("order", "43"));
    }

    @Test
    void refuseWhatIsTooLongAndStayAsTheyWere() {
        permit.note("order", "42");

        assertThatThrownBy(() -> permit.note("order", "x".repeat(1_000_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("value of 'order': 1000000 characters; allowed are at most 256");
        assertThatThrownBy(() -> permit.note("k".repeat(65), ""))
                .hasMessage("key: 65 characters; allowed are at most 64");
        assertThat(permit.notes()).isEqualTo(Map.of("order", "42"));
    }

    @Test
    void refuseTheNinth() {
        for (int i = 0; i < 8; i++) {
            permit.note("k" + i, "v");
        }

        assertThatThrownBy(() -> permit.note("k8", "v"))
                .hasMessage("key: 'k8' is one note too many; allowed are 8");
        permit.note("k7", "w");
        assertThat(permit.notes()).hasSize(8).containsEntry("k7", "w");
    }
}
