package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbtide.resource.ResourceType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Names that are taken or blank, and what comes too late. */
@Timeout(30)
class MisuseTest extends OnFakeTime {

    @Test
    void refusesANameTwiceOrBlank() {
        shutdown.register("db", ResourceType.DATABASE, () -> {});

        assertThatThrownBy(() -> shutdown.register("db", ResourceType.REDIS, () -> {}))
                .hasMessage(
                        "name: a resource 'db' is registered already; allowed is each name"
                                + " once");
        assertThatThrownBy(() -> shutdown.register(" ", ResourceType.REDIS, () -> {}))
                .hasMessage("name: ' '; allowed is a resource's name that is not blank");
        shutdown.connections("http", 10);
        assertThatThrownBy(() -> shutdown.connections("http", 10))
                .hasMessage("name: a tracker 'http' exists already; allowed is each name once");
        assertThatThrownBy(() -> shutdown.connections("", 10))
                .hasMessage("name: ''; allowed is a tracker's name that is not blank");
        shutdown.hooks().before("h", () -> {});
        assertThatThrownBy(() -> shutdown.hooks().before("h", () -> {}))
                .hasMessage("name: a hook 'h' exists already; allowed is each name once");
    }

    @Test
    void refusesAResourceThatComesTooLate() throws Exception {
        shutdown.shutdown(TEST);

        assertThatThrownBy(
                        () -> shutdown.register("late", ResourceType.CUSTOM, () -> log.add("late")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "resource 'late' comes too late: all resources are closed; close it"
                                + " yourself");
        assertThat(log).isEmpty();
    }

    @Test
    void refusesAHookThatComesTooLate() throws Exception {
        shutdown.shutdown(TEST);

        assertThatThrownBy(() -> shutdown.hooks().before("late", () -> {}))
                .hasMessageContaining("comes too late");
    }
}
