package io.ebbtide.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.atomic.AtomicInteger;

/** A sink that several parts of a service write to, such as an access log. */
@Timeout(30)
class SharedSinkTest {

    @Test
    void isClosedOnceHoweverManyBringItAlong() {
        Sink sink = new Sink();
        Resources resources = new Resources(Closed.TIME);
        resources.register(Resource.from("access log of /orders", ResourceType.CUSTOM, sink));

        for (String route : new String[] {"/items", "/users"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () ->
                                    resources.register(
                                            Resource.from(
                                                    "access log of " + route,
                                                    ResourceType.CUSTOM,
                                                    sink)))
                    .withMessageContaining("access log of /orders");
        }

        assertThat(Closed.all(resources).names()).containsExactly("access log of /orders");
        assertThat(sink.closed).hasValue(1);
    }

    private static final class Sink implements AutoCloseable {

        private final AtomicInteger closed = new AtomicInteger();

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }
}
