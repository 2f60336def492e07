package io.ebbtide.servlet;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import java.io.IOException;

/**
 * Says 200 and {@code alive} for as long as it is asked, while the service drains as well: a service that stops must not be
 * killed for that.
 *
 * <p>{@link EbbtideServlets#install(jakarta.servlet.ServletContext, io.ebbtide.StructuredShutdown)} adds it. Where it is
 * declared, make its path exempt from the filter.
 */
@SuppressWarnings("serial") // never serialized
public final class LivenessServlet extends HttpServlet {

    /** For containers. */
    public LivenessServlet() {}

    @Override
    public void init() throws ServletException {
        Probes.ensureNoParameters(getServletConfig());
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Probes.answer(response, HttpServletResponse.SC_OK, "alive\n");
    }
}
