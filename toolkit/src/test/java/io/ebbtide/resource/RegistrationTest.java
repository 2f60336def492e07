package io.ebbtide.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.ebbtide.report.Outcome;
import io.ebbtide.report.StepReport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;

/** Who may register what, when, and who has it back. */
@Timeout(60)
class RegistrationTest {

    private final Resources resources = new Resources(Closed.TIME);
    private final Queue<String> log = new ConcurrentLinkedQueue<>();

    /** Equal to all of its kind, and cannot be described. */
    private record Twin(Queue<String> log, String name) implements AutoCloseable {
        @Override
        public void close() {
            log.add(name);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Twin;
        }

        @Override
        public int hashCode() {
            return 1;
        }

        @Override
        public String toString() {
            throw new IllegalStateException("a password may be in here");
        }
    }

    private Resource custom(String name, int priority, Action close) {
        return Resource.of(name, ResourceType.CUSTOM, close).withPriority(priority);
    }

    private void register(String name, AutoCloseable instance) {
        resources.register(Resource.from(name, ResourceType.CUSTOM, instance));
    }

    @Test
    void knowsInstancesByIdentity() {
        Twin kept = new Twin(log, "kept");
        Twin takenBack = new Twin(log, "taken back");
        register("kept", kept);
        register("taken back", takenBack);

        assertThat(resources.unregister(takenBack)).isTrue();
        assertThat(resources.unregister(takenBack)).isFalse();
        assertThat(resources.unregister(new Twin(log, "stranger"))).isFalse();

        assertThat(Closed.all(resources).names()).containsExactly("kept");
        assertThat(log).containsExactly("kept");
    }

    @Test
    void takesAnInstanceOnce() {
        Twin twin = new Twin(log, "twin");
        register("one", twin);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> register("other", twin))
                .withMessage(
                        "resource 'other': the same instance is registered already as 'one';"
                                + " allowed is each instance once");
        Closed.all(resources);
        assertThat(log).containsExactly("twin");
    }

    @Test
    void takesALambdaAsOftenAsItIsNamed() {
        AtomicInteger closed = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            register("lambda " + i, closed::incrementAndGet);
        }
        AutoCloseable same = closed::incrementAndGet;
        register("same 1", same);
        register("same 2", same);

        Closed.all(resources);

        assertThat(closed).hasValue(5);
    }

    @Test
    void takesANameAgainOnceItIsGivenBack() {
        register("db", new Twin(log, "old"));

        assertThat(resources.unregister("db")).isTrue();
        assertThat(resources.unregister("db")).isFalse();
        register("db", new Twin(log, "new"));

        Closed.all(resources);
        assertThat(log).containsExactly("new");
    }

    @Test
    void takesWhatAPreviousCloseRegistersForALaterTurn() {
        resources.register(
                custom(
                        "first",
                        1,
                        () -> resources.register(custom("late", 2, () -> log.add("late")))));

        Closed closed = Closed.all(resources);

        assertThat(closed.names()).containsExactly("first", "late");
        assertThat(log).containsExactly("late");
    }

    @Test
    void refusesWhatComesInOrAfterItsTurn() {
        resources.register(
                custom(
                        "second",
                        2,
                        () -> {
                            assertThatIllegalStateException()
                                    .isThrownBy(
                                            () -> resources.register(custom("same", 2, () -> {})))
                                    .withMessage(
                                            "resource 'same' comes too late: resources are being"
                                                    + " closed, up to priority 2; close it"
                                                    + " yourself");
                            assertThatIllegalStateException()
                                    .isThrownBy(
                                            () ->
                                                    resources.register(
                                                            custom("earlier", 1, () -> {})));
                        }));

        assertThat(Closed.all(resources).outcome("second")).isEqualTo(new Outcome.Completed());
        assertThatIllegalStateException()
                .isThrownBy(() -> resources.register(custom("last", Integer.MAX_VALUE, () -> {})))
                .withMessage(
                        "resource 'last' comes too late: all resources are closed; close it"
                                + " yourself");
    }

    @Test
    void givesBackOnlyWhatHasNotHadItsTurn() {
        resources.register(custom("beside", 1, () -> {}));
        resources.register(
                custom(
                        "first",
                        1,
                        () -> {
                            log.add("beside: " + resources.unregister("beside"));
                            log.add("later: " + resources.unregister("later"));
                        }));
        resources.register(custom("later", 2, () -> log.add("later closed")));

        assertThat(Closed.all(resources).names()).containsExactlyInAnyOrder("first", "beside");
        assertThat(log).containsExactly("beside: false", "later: true");
        assertThat(resources.unregister("first")).isFalse();
    }

    @Test
    void startsTheLastRegisteredFirst() {
        for (String name : List.of("a", "b", "c")) {
            resources.register(custom(name, 1, () -> {}));
        }

        Closed closed = Closed.all(resources);

        Comparator<StepReport> byStart = Comparator.comparing(StepReport::start);
        assertThat(closed.steps().stream().sorted(byStart).map(StepReport::name))
                .containsExactly("c", "b", "a");
    }

    @Test
    void closesTenThousand() {
        AtomicInteger closed = new AtomicInteger();
        for (int i = 0; i < 10_000; i++) {
            resources.register(
                    Resource.of("resource " + i, ResourceType.CUSTOM, closed::incrementAndGet));
        }

        Closed.all(resources);

        assertThat(closed).hasValue(10_000);
    }

    @Test
    void refusesBadInputAtOnceWithWhatIsAllowed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Resource.of(" ", ResourceType.CUSTOM, () -> {}))
                .withMessage("name: ' '; allowed is a resource's name that is not blank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> custom("db", 1, () -> {}).withTimeout(Duration.ZERO))
                .withMessage("timeout of resource 'db': PT0S; allowed is more than zero");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                Resource.from(
                                        "pool", ResourceType.EXECUTOR, ForkJoinPool.commonPool()))
                .withMessage(
                        "resource 'pool': the common pool; allowed is an executor that can be shut"
                                + " down");
        assertThatNullPointerException()
                .isThrownBy(() -> Resource.of("db", null, () -> {}))
                .withMessage("type of resource 'db'");
        assertThatNullPointerException()
                .isThrownBy(() -> Resource.from("db", ResourceType.DATABASE, (AutoCloseable) null))
                .withMessage("resource 'db'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> resources.lease(new Twin(log, "stranger")))
                .withMessageStartingWith("resource: a io.ebbtide.resource.RegistrationTest$Twin")
                .withMessageEndingWith("that is not registered; allowed is one that is");
    }

    @Test
    void takesATimeoutOfAnyLength() {
        resources.register(
                custom("db", 1, () -> log.add("db"))
                        .withTimeout(Duration.ofSeconds(Long.MAX_VALUE)));

        assertThat(Closed.all(resources).outcome("db")).isEqualTo(new Outcome.Completed());
    }
}
