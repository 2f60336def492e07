package io.ebbtide.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbtide.work.Deadline;
import io.ebbtide.work.Fork;
import io.ebbtide.work.Scope;
import io.ebbtide.work.TimeSource;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** One owner for each resource (invariant I9). */
@Timeout(60)
class ResourcesTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final TimeSource TIME = TimeSource.system();

    static void close(Resources resources) {
        Steps steps =
                new Steps(
                        Scope.open("shutdown", TIME),
                        Closed::thread,
                        TIME,
                        TIME.nanos(),
                        LONG,
                        ResourcesTest::await,
                        _ -> {});
        resources.close(steps, LONG, Deadline.in(LONG, TIME));
    }

    private static boolean await(Fork<?> step, Deadline deadline) {
        try {
            return step.join(deadline);
        } catch (InterruptedException unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    /** {@return whether the registration was taken} */
    private static boolean takes(Runnable registration) {
        try {
            registration.run();
            return true;
        } catch (IllegalStateException tooLate) {
            return false;
        }
    }

    /** Whoever registers while others close keeps the resource, or it is closed: never both, never neither. */
    private static void ensureOneOwner(
            BooleanSupplier taken, Runnable closing, AtomicInteger closed)
            throws InterruptedException {
        Thread closer = Thread.ofPlatform().start(closing);
        int keptByUs = taken.getAsBoolean() ? 0 : 1;
        closer.join();

        assertThat(closed.get() + keptByUs).as("owners").isEqualTo(1);
    }

    @RepeatedTest(200)
    void ownEachResourceThatTheyTakeWhenRegistrationRacesTheClosing() throws Exception {
        Resources resources = new Resources(TIME);
        AtomicInteger closed = new AtomicInteger();
        Resource late = Resource.of("late", ResourceType.CUSTOM, closed::incrementAndGet);

        ensureOneOwner(() -> takes(() -> resources.register(late)), () -> close(resources), closed);
    }

    @RepeatedTest(200)
    void haveOneOwnerEachWhenGivingBackRacesTheClosing() throws Exception {
        Resources resources = new Resources(TIME);
        AtomicInteger closed = new AtomicInteger();
        resources.register(Resource.of("contested", ResourceType.CUSTOM, closed::incrementAndGet));

        Thread closer = Thread.ofPlatform().start(() -> close(resources));
        int givenBack = resources.unregister("contested") ? 1 : 0;
        closer.join();

        assertThat(closed.get() + givenBack).as("owners").isEqualTo(1);
    }

    @Test
    void wouldBeNoticedIfTheyLookedFirstAndAddedAfterwards() {
        AtomicInteger closed = new AtomicInteger();
        ChecksThenAdds wrong = new ChecksThenAdds();
        Runnable late = closed::incrementAndGet;

        assertThatThrownBy(
                        () ->
                                ensureOneOwner(
                                        () -> takes(() -> wrong.register(late, wrong::close)),
                                        () -> {}, // it closes in between
                                        closed))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("[owners]");
    }

    /** M7: looks whether closing has begun, and adds afterwards. In between everything is closed. */
    private static final class ChecksThenAdds {

        private final Queue<Runnable> registered = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean closing = new AtomicBoolean();

        /** Does something else between its two halves. */
        void register(Runnable close, Runnable seam) {
            if (closing.get()) {
                throw new IllegalStateException("too late");
            }
            seam.run();
            registered.add(close);
        }

        void close() {
            if (!closing.getAndSet(true)) {
                registered.forEach(Runnable::run);
            }
        }
    }
}
