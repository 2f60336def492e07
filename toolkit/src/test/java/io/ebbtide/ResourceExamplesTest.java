package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.examples.Example02ResourcesByPriority;
import io.ebbtide.examples.Example03CustomResource;
import io.ebbtide.examples.Example08HooksAndFlush;
import io.ebbtide.examples.Example09Lease;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Examples do what they say, in a process of their own. */
@Tag("realtime")
@Timeout(60)
class ResourceExamplesTest {

    private static ChildJvm run(Class<?> example, String... lines) throws Exception {
        ChildJvm child = ChildJvm.start(example);
        for (String line : lines) {
            child.awaitLine(line);
        }
        return child;
    }

    @Test
    void closeByPriority() throws Exception {
        try (ChildJvm child =
                run(
                        Example02ResourcesByPriority.class,
                        "payments closed",
                        "cache closed",
                        "orders-db closed",
                        "ledger closed")) {
            assertThat(child.end().status()).isZero();
        }
    }

    @Test
    void forceACloseThatHangs() throws Exception {
        try (ChildJvm child =
                run(Example03CustomResource.class, "does not listen to interrupts", "aborted")) {
            assertThat(child.end().status()).isZero();
        }
    }

    @Test
    void runHooksInTheirOrder() throws Exception {
        try (ChildJvm child =
                run(
                        Example08HooksAndFlush.class,
                        "left the cluster",
                        "db closed",
                        "metrics flushed",
                        "bye")) {
            assertThat(child.end().status()).isZero();
        }
    }

    @Test
    void closeWhatWasLeasedOnceItIsGivenBack() throws Exception {
        try (ChildJvm child = run(Example09Lease.class, "index used", "index closed")) {
            assertThat(child.end().status()).isZero();
        }
    }
}
