package io.ebbtide.servlet.shop;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.servlet.EbbtideServlets;
import io.ebbtide.work.RequestScope;
import io.ebbtide.work.ShutdownAwareExecutor;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** An application of a web archive: it uses all that can hold on to its classes. */
@SuppressWarnings("serial") // never serialized
public final class ShopServlet extends HttpServlet {

    private ShutdownAwareExecutor executor;

    /** For containers. */
    public ShopServlet() {}

    @Override
    public void init() {
        StructuredShutdown shutdown =
                (StructuredShutdown) getServletContext().getAttribute(EbbtideServlets.SHUTDOWN);
        shutdown.register("db", ResourceType.DATABASE, () -> {});
        shutdown.hooks().before("leave", () -> {});
        shutdown.backgroundTasks().start("poller", context -> context.await(Duration.ofDays(1)));
        executor = shutdown.executor("orders");
        ScheduledFuture<?> _ = executor.schedule(() -> {}, 1, TimeUnit.DAYS);
        if (getServletContext().getInitParameter("leak") != null) {
            Thread.ofPlatform().daemon().name("shop-leak").start(ShopServlet::waitForEver);
        }
    }

    @SuppressWarnings("EmptyCatch") // it leaks, as it should
    private static void waitForEver() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        RequestScope scope = RequestScope.current().orElseThrow();
        scope.onDrain(() -> {});
        executor.execute(() -> {});
        response.getWriter().print(scope.name());
    }
}
