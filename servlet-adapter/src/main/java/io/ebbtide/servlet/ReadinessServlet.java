package io.ebbtide.servlet;

import io.ebbtide.StructuredShutdown;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * Tells load balancers whether to send requests here: 200 and {@code ready}, or 503 and {@code shutting down} from the
 * beginning of a shutdown on, with 200 again if it is called off.
 *
 * <p>{@link EbbtideServlets#install(jakarta.servlet.ServletContext, StructuredShutdown)} adds it. One that is declared takes
 * the shutdown that the context publishes; make its path exempt from the filter, and load it on start-up.
 */
@SuppressWarnings("serial") // never serialized
public final class ReadinessServlet extends HttpServlet {

    /** Written before the first request; {@code null}: that of the context. */
    private @Nullable StructuredShutdown shutdown;

    /** For containers. */
    public ReadinessServlet() {}

    /** {@return one that asks this shutdown} */
    public static ReadinessServlet of(StructuredShutdown shutdown) {
        ReadinessServlet servlet = new ReadinessServlet();
        servlet.shutdown = shutdown;
        return servlet;
    }

    @Override
    public void init() throws ServletException {
        shutdown = Probes.prepare(getServletConfig(), shutdown);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        StructuredShutdown asked = shutdown;
        if (asked == null || asked.isShuttingDown()) {
            Probes.answer(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "shutting down\n");
        } else {
            Probes.answer(response, HttpServletResponse.SC_OK, "ready\n");
        }
    }
}
