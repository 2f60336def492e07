package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.Fate;
import io.ebbtide.report.ShutdownResult;
import io.ebbtide.report.Straggler;
import io.ebbtide.work.Permit;
import io.ebbtide.work.RequestScope;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.eclipse.jetty.server.Handler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/** Servlets of both generations inside a wrapped server are requests like all others. */
@Timeout(60)
class ServletContextTest {

    /** The contexts of Jetty that there are for Jakarta servlets. */
    enum Generation {
        EE10 {
            @Override
            Handler context(HttpServlet servlet) {
                var context = new org.eclipse.jetty.ee10.servlet.ServletContextHandler("/shop");
                var holder = new org.eclipse.jetty.ee10.servlet.ServletHolder(servlet);
                holder.setAsyncSupported(true);
                context.addServlet(holder, "/*");
                return context;
            }
        },
        EE11 {
            @Override
            Handler context(HttpServlet servlet) {
                var context = new org.eclipse.jetty.ee11.servlet.ServletContextHandler("/shop");
                var holder = new org.eclipse.jetty.ee11.servlet.ServletHolder(servlet);
                holder.setAsyncSupported(true);
                context.addServlet(holder, "/*");
                return context;
            }
        };

        abstract Handler context(HttpServlet servlet);
    }

    private final Semaphore waiting = new Semaphore(0);
    private final CountDownLatch gate = new CountDownLatch(1);

    @AfterEach
    void letAllEnd() {
        gate.countDown();
    }

    private final class Shop extends HttpServlet {

        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            switch (request.getPathInfo()) {
                case "/wait" -> {
                    await();
                    response.getWriter().print("waited");
                }
                case "/async" -> answerLater(request.startAsync());
                case "/dispatched" -> {
                    if (request.getAttribute("again") == null) {
                        request.setAttribute("again", true);
                        dispatchLater(request.startAsync());
                    } else {
                        await();
                        response.getWriter().print("dispatched");
                    }
                }
                default -> response.sendError(404);
            }
        }

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response)
                throws IOException {
            byte[] body = request.getInputStream().readNBytes(5);
            response.getOutputStream().print("got " + body.length + " of it");
            response.flushBuffer();
            await();
        }

        /** Once the thread that the request came with has left it, so that it goes on with another. */
        private void dispatchLater(AsyncContext async) {
            Permit permit = (Permit) RequestScope.current().orElseThrow();
            Thread.ofPlatform()
                    .daemon(true)
                    .start(
                            () -> {
                                while (permit.thread().isPresent()) {
                                    Thread.onSpinWait();
                                }
                                async.dispatch();
                            });
        }

        private void answerLater(AsyncContext async) {
            async.setTimeout(0);
            Thread.ofPlatform()
                    .daemon(true)
                    .start(
                            () -> {
                                try {
                                    await();
                                    async.getResponse().getWriter().print("later");
                                    async.complete();
                                } catch (IOException gone) {
                                    throw new IllegalStateException(gone);
                                }
                            });
        }

        private void await() {
            waiting.release();
            try {
                gate.await();
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Generation.class)
    void areWaitedForHoweverTheyAnswer(Generation generation) throws Exception {
        try (Served served = Served.by(Pool.VIRTUAL_HANDLERS, generation.context(new Shop()));
                RawClient first = served.client();
                RawClient second = served.client();
                RawClient third = served.client()) {
            first.get("/shop/wait");
            second.get("/shop/async");
            third.get("/shop/dispatched");
            waiting.acquire(3);

            CompletableFuture<ShutdownResult> result = served.drain();
            gate.countDown();

            assertThat(first.receive().body()).isEqualTo("waited");
            assertThat(second.receive().body()).isEqualTo("later");
            Answer dispatched = third.receive();
            assertThat(dispatched.body()).isEqualTo("dispatched");
            assertThat(dispatched.saysClose()).isTrue();
            assertThat(result.get().status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
        }
    }

    @ParameterizedTest
    @EnumSource(Generation.class)
    void areNamedWithTheirThreadAndStackAtTheDeadline(Generation generation) throws Exception {
        try (Served served =
                        Served.by(
                                Pool.VIRTUAL_HANDLERS,
                                generation.context(new Shop()),
                                Served.BRIEFLY);
                RawClient client = served.client()) {
            client.get("/shop/wait;jsessionid=4711?token=secret");
            waiting.acquire();

            CompletableFuture<ShutdownResult> result = served.begin();

            assertThat(client.receive().isUnavailable()).isTrue();
            Straggler row = result.get().stragglers().getFirst();
            assertThat(row.name()).isEqualTo("GET /shop/wait");
            assertThat(row.detail()).isEqualTo("nothing sent, 0 bytes written, 0 read");
            assertThat(row.thread()).isNotEmpty();
            assertThat(row.stack()).anyMatch(at -> at.getMethodName().equals("doGet"));
            assertThat(result.get().toString()).doesNotContain("4711", "secret");
        }
    }

    @ParameterizedTest
    @EnumSource(Generation.class)
    void areNamedAndInterruptedOnTheThreadThatTheyWereDispatchedTo(Generation generation)
            throws Exception {
        try (Served served =
                        Served.by(
                                Pool.VIRTUAL_HANDLERS,
                                generation.context(new Shop()),
                                Served.BRIEFLY);
                RawClient client = served.client()) {
            client.get("/shop/dispatched");
            waiting.acquire();

            CompletableFuture<ShutdownResult> result = served.begin();

            assertThat(client.receive().isUnavailable()).isTrue();
            Straggler row = result.get().stragglers().getFirst();
            assertThat(row.name()).isEqualTo("GET /shop/dispatched");
            assertThat(row.thread()).isNotEmpty();
            assertThat(row.stack()).anyMatch(at -> at.getMethodName().equals("doGet"));
            assertThat(row.fate()).isEqualTo(Fate.INTERRUPTED);
        }
    }

    @ParameterizedTest
    @EnumSource(Generation.class)
    void areReportedWithWhatTheyHaveReadAndWritten(Generation generation) throws Exception {
        try (Served served =
                        Served.by(
                                Pool.VIRTUAL_HANDLERS,
                                generation.context(new Shop()),
                                Served.BRIEFLY);
                RawClient client = served.client()) {
            client.sendUntilBody(
                    "POST /shop/order HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\n12345");
            waiting.acquire();

            CompletableFuture<ShutdownResult> result = served.begin();

            assertThat(client.receive().ending()).isEqualTo(Answer.Ending.TRUNCATED);
            Straggler row = result.get().stragglers().getFirst();
            assertThat(row.name()).isEqualTo("POST /shop/order");
            assertThat(row.detail()).isEqualTo("response begun, 11 bytes written, 5 read");
        }
    }
}
