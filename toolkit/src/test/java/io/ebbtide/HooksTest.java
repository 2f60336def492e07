package io.ebbtide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.report.ShutdownResult;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Hooks come and go until their moment. */
@Timeout(30)
class HooksTest {

    private static final ShutdownReason TEST = new ShutdownReason.Requested("test");

    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final StructuredShutdown shutdown =
            StructuredShutdown.open(c -> c.withLameDuck(Duration.ZERO))
                    .listen(new ShutdownListener() {});

    @Test
    void areTakenAwayByNameAndMoment() throws Exception {
        shutdown.hooks()
                .before("metrics", () -> log.add("before"))
                .flush("metrics", () -> log.add("flush"))
                .after("metrics", () -> log.add("after"));

        assertThat(shutdown.hooks().remove(Hooks.Moment.BEFORE, "metrics")).isTrue();
        assertThat(shutdown.hooks().remove(Hooks.Moment.BEFORE, "metrics")).isFalse();
        assertThat(shutdown.hooks().remove(Hooks.Moment.AFTER, "metrics")).isTrue();
        assertThat(shutdown.hooks().remove(Hooks.Moment.FLUSH, "something else")).isFalse();

        shutdown.shutdown(TEST);
        assertThat(log).containsExactly("flush");
    }

    @Test
    void mayBeAddedAndTakenAwayByOthersWhoseMomentIsEarlier() throws Exception {
        shutdown.hooks().flush("unwanted", () -> log.add("unwanted"));
        shutdown.hooks()
                .before(
                        "before",
                        () -> {
                            shutdown.hooks().after("late", () -> log.add("late"));
                            log.add(
                                    "taken away: "
                                            + shutdown.hooks()
                                                    .remove(Hooks.Moment.FLUSH, "unwanted"));
                        });

        shutdown.shutdown(TEST);

        assertThat(log).containsExactly("taken away: true", "late");
    }

    @Test
    void areRefusedAndKeptOnceTheirMomentHasCome() throws Exception {
        shutdown.hooks()
                .before(
                        "before",
                        () -> {
                            log.add(
                                    "taken away: "
                                            + shutdown.hooks()
                                                    .remove(Hooks.Moment.BEFORE, "second"));
                            assertThatIllegalStateException()
                                    .isThrownBy(() -> shutdown.hooks().before("third", () -> {}))
                                    .withMessage(
                                            "hook 'third' comes too late: the moment BEFORE has"
                                                    + " come");
                        });
        shutdown.hooks().before("second", () -> log.add("second"));

        ShutdownResult result = shutdown.shutdown(TEST);

        assertThat(result.errors()).isEmpty();
        assertThat(log).containsExactly("taken away: false", "second");
        assertThat(shutdown.hooks().remove(Hooks.Moment.AFTER, "never there")).isFalse();
    }

    @Test
    void haveNames() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> shutdown.hooks().flush("", () -> {}))
                .withMessage("name: ''; allowed is a hook's name that is not blank");
    }

    @RepeatedTest(100)
    void runOrAreTakenAwayNeverBoth() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        shutdown.hooks().after("contested", ran::incrementAndGet);

        Future<ShutdownResult> result = shutdown.begin(TEST);
        int takenAway = shutdown.hooks().remove(Hooks.Moment.AFTER, "contested") ? 1 : 0;
        result.get();

        assertThat(ran.get() + takenAway).isEqualTo(1);
    }
}
