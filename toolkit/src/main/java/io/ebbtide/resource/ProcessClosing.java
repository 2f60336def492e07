package io.ebbtide.resource;

import io.ebbtide.work.Deadline;

import java.time.Duration;

/** A process is asked to end, waited for, and killed if it does not. */
final class ProcessClosing {

    private ProcessClosing() {}

    static void close(Process process, Deadline end) throws InterruptedException {
        Duration patience = Patience.before(end).remaining();
        process.destroy();
        if (!process.waitFor(patience)) {
            process.destroyForcibly();
            process.waitFor();
            throw new IllegalStateException(
                    "process "
                            + process.pid()
                            + " did not end within "
                            + patience.toMillis()
                            + " ms of being asked to, and was killed");
        }
    }
}
