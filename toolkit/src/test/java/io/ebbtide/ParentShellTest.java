package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a JVM says that runs below process 1. */
class ParentShellTest {

    @ParameterizedTest
    @ValueSource(strings = {"/bin/sh", "/usr/bin/dash", "/bin/busybox", "bash"})
    void isNamedAsWhatKeepsTheSignals(String command) {
        assertThat(ParentShell.warning(command))
                .hasValue(
                        "process 1 is a shell, "
                                + command
                                + ", and passes no signals on unless its script does: start the"
                                + " JVM with exec");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/sbin/init", "/usr/bin/tini", "/usr/bin/dumb-init", "/", ""})
    void isNotAWordAboutWhateverElseIsThere(String command) {
        assertThat(ParentShell.warning(command)).isEmpty();
    }
}
