package io.ebbtide.servlet;

import io.ebbtide.StructuredShutdown;

import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What the servlets that answer probes have in common. */
final class Probes {

    private Probes() {}

    /**
     * {@return {@code given}, or else the shutdown of the context}
     *
     * @throws ServletException if there is an init parameter, or no shutdown
     */
    static StructuredShutdown prepare(ServletConfig config, @Nullable StructuredShutdown given)
            throws ServletException {
        ensureNoParameters(config);
        return given == null ? shutdown(config.getServletContext()) : given;
    }

    static void ensureNoParameters(ServletConfig config) throws ServletException {
        try {
            Parameters.ofServlet(config);
        } catch (IllegalArgumentException unknown) {
            throw new ServletException(unknown.getMessage(), unknown);
        }
    }

    static StatusServlet.Detail detail(ServletConfig config) throws ServletException {
        try {
            return Parameters.ofServlet(config, "detail").detail();
        } catch (IllegalArgumentException unreadable) {
            throw new ServletException(unreadable.getMessage(), unreadable);
        }
    }

    static StructuredShutdown shutdown(ServletContext context) throws ServletException {
        try {
            return EbbtideServlets.publishedIn(context);
        } catch (IllegalStateException absent) {
            throw new ServletException(absent.getMessage(), absent);
        }
    }

    static void answer(HttpServletResponse response, int status, String body) throws IOException {
        write(response, status, "text/plain;charset=us-ascii", body);
    }

    static void answerJson(HttpServletResponse response, String body) throws IOException {
        write(response, HttpServletResponse.SC_OK, "application/json", body);
    }

    private static void write(HttpServletResponse response, int status, String type, String body)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
        response.setStatus(status);
        response.setContentType(type);
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }
}
