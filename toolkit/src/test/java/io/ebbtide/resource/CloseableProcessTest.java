package io.ebbtide.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.Outcome;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** From JDK 26 on a process is an {@code AutoCloseable}, whose own close does not wait for its end. */
@Timeout(60)
class CloseableProcessTest {

    private final Queue<String> log = new ConcurrentLinkedQueue<>();

    @Test
    void isAskedToEndAndWaitedFor() {
        AutoCloseable process = new CloseableProcess();

        Outcome outcome =
                Closed.one(
                        Duration.ofSeconds(40), Resource.from("it", ResourceType.CUSTOM, process));

        assertThat(outcome).isEqualTo(new Outcome.Completed());
        assertThat(log).contains("destroyed", "waited for").doesNotContain("closed");
    }

    private final class CloseableProcess extends Process implements AutoCloseable {

        private boolean alive = true;

        @Override
        public OutputStream getOutputStream() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public InputStream getInputStream() {
            return InputStream.nullInputStream();
        }

        @Override
        public InputStream getErrorStream() {
            return InputStream.nullInputStream();
        }

        @Override
        public int waitFor() {
            return exitValue();
        }

        @Override
        public int exitValue() {
            if (alive) {
                throw new IllegalThreadStateException("it runs");
            }
            log.add("waited for");
            return 0;
        }

        @Override
        public void destroy() {
            log.add("destroyed");
            alive = false;
        }

        @Override
        public void close() {
            log.add("closed");
        }
    }
}
