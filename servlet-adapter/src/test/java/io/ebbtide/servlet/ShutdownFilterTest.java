package io.ebbtide.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.ShutdownListener;
import io.ebbtide.report.ShutdownReason;
import io.ebbtide.work.FakeTime;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What no container can be brought to do at will. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ShutdownFilterTest {

    private final StructuredShutdown shutdown =
            StructuredShutdown.open(Service.CONFIG, new FakeTime())
                    .listen(new ShutdownListener() {});
    private final ShutdownFilter filter = ShutdownFilter.of(shutdown);
    private final Stub request =
            new Stub()
                    .on("getDispatcherType", DispatcherType.REQUEST)
                    .on("getMethod", "GET")
                    .on("getRequestURI", "/hello")
                    .on("getProtocol", "HTTP/2.0");
    private final Stub response =
            new Stub().on("getStatus", 200).on("getOutputStream", new Nowhere());

    @Test
    void endsARequestWhoseContainerTakesNoListener() throws Exception { // E09
        Stub completed =
                new Stub()
                        .on(
                                "addListener",
                                (Stub.Reply)
                                        _ -> {
                                            throw new IllegalStateException("completed");
                                        });
        request.on("isAsyncStarted", true).on("getAsyncContext", completed.as(AsyncContext.class));

        passThrough((_, _) -> {});

        assertThat(completed.calls).hasSize(1);
        assertThat(shutdown.requests().inFlight()).isZero();
    }

    @Test
    void endsARequestThatIsNoLongerAsynchronousWhenItsThreadLeaves() throws Exception { // E09
        request.on("isAsyncStarted", true)
                .on(
                        "getAsyncContext",
                        (Stub.Reply)
                                _ -> {
                                    throw new IllegalStateException("not in async mode");
                                });

        passThrough((_, _) -> {});

        assertThat(shutdown.requests().inFlight()).isZero();
    }

    @Test
    void endsARequestOnceHoweverOftenItsContainerCallsItComplete() throws Exception { // X62
        List<AsyncListener> listeners = new ArrayList<>();
        Stub async =
                new Stub()
                        .on(
                                "addListener",
                                (Stub.Reply)
                                        arguments -> listeners.add((AsyncListener) arguments[0]));
        AsyncContext context = async.as(AsyncContext.class);
        request.on("isAsyncStarted", true).on("getAsyncContext", context);

        passThrough((_, _) -> {});
        int before = shutdown.requests().inFlight();
        AsyncEvent complete = new AsyncEvent(context);
        listeners.getFirst().onComplete(complete);
        listeners.getFirst().onComplete(complete);

        assertThat(before).isEqualTo(1);
        assertThat(shutdown.requests().inFlight()).isZero();
        assertThat(shutdown.stats().endedAgain()).isZero();
    }

    @Test
    void hasNoConnectionHeaderInHttp2() throws Exception {
        shutdown.shutdown(new ShutdownReason.Requested("test"));

        passThrough((_, _) -> {});

        assertThat(response.calls)
                .contains("setStatus[503]")
                .noneMatch(call -> call.contains("Connection"));
    }

    @Test
    void roundsRetryAfterUpToSeconds() throws Exception {
        shutdown.shutdown(new ShutdownReason.Requested("test"));

        filter.withRetryAfter(Duration.ofMillis(2001))
                .doFilter(
                        request.as(HttpServletRequest.class),
                        response.as(HttpServletResponse.class),
                        (_, _) -> {});

        assertThat(response.calls).contains("setHeader[Retry-After, 3]");
    }

    @Test
    void passesWhatIsNotHttp() throws Exception {
        shutdown.shutdown(new ShutdownReason.Requested("test"));
        Stub other = new Stub();

        filter.doFilter(
                new Stub().as(ServletRequest.class),
                other.as(ServletResponse.class),
                (_, answer) -> answer.flushBuffer());

        assertThat(other.calls).containsExactly("flushBuffer[]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ready", "", "/ready*", "/ready?x", "/ready;x", "/%72eady"})
    void refusesExemptPathsThatAreNotExact(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> filter.withExempt(path))
                .withMessageContaining("'" + path + "'")
                .withMessageContaining("allowed is");
    }

    @Test
    void refusesANegativeDelay() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> filter.withRetryAfter(Duration.ofSeconds(-1)))
                .withMessageContaining("PT-1S");
    }

    @Test
    void refusesToBeAddedTwice() {
        ServletContext taken = new Stub().on("getContextPath", "/shop").as(ServletContext.class);

        assertThatIllegalStateException()
                .isThrownBy(() -> filter.addTo(taken))
                .withMessageContaining("/shop")
                .withMessageContaining(ShutdownFilter.NAME);
    }

    private void passThrough(FilterChain chain) throws Exception {
        filter.doFilter(
                request.as(HttpServletRequest.class),
                response.as(HttpServletResponse.class),
                chain);
    }

    private static final class Nowhere extends ServletOutputStream {
        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(int b) {
            // Nobody looks at it.
        }
    }
}
