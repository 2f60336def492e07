package io.ebbtide;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** A shell that is process 1 of a container, with the JVM below it: it gets the container's signals, and keeps them. */
final class ParentShell {

    private static final Set<String> SHELLS =
            Set.of("sh", "ash", "bash", "busybox", "dash", "ksh", "zsh");

    private ParentShell() {}

    /** {@return what to say at start, if this JVM runs below such a shell} */
    static Optional<String> warning() {
        return ProcessHandle.current()
                .parent()
                .filter(parent -> parent.pid() == 1)
                .flatMap(parent -> parent.info().command())
                .flatMap(ParentShell::warning);
    }

    /** {@return the same for a process 1 that runs {@code command}} */
    static Optional<String> warning(String command) {
        Path name = Path.of(command).getFileName();
        return name == null || !SHELLS.contains(name.toString())
                ? Optional.empty()
                : Optional.of(
                        "process 1 is a shell, "
                                + command
                                + ", and passes no signals on unless its script does: start the"
                                + " JVM with exec");
    }
}
