package io.ebbtide.servlet;

import io.ebbtide.StructuredShutdown;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What clients are told once a shutdown has begun.
 *
 * <p>All methods belong to the thread that the container gave the response to.
 *
 * @param retryAfter what the {@code Retry-After} of a refusal says
 */
record Farewell(StructuredShutdown shutdown, String retryAfter) {

    private static final byte[] REFUSAL =
            "Service Unavailable\n".getBytes(StandardCharsets.US_ASCII);

    /** {@return a farewell whose refusals name {@code delay}, rounded up to whole seconds} */
    static Farewell of(StructuredShutdown shutdown, Duration delay) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException(
                    "retryAfter: " + delay + " is negative; allowed is zero or more");
        }
        long seconds = delay.plusSeconds(1).minusNanos(1).toSeconds();
        return new Farewell(shutdown, Long.toString(seconds));
    }

    /**
     * Says that the connection will be closed, if a shutdown has begun and there still is a header
     * to say it in.
     */
    void announce(HttpServletRequest request, HttpServletResponse response) {
        if (shutdown.isShuttingDown()
                && isHttp1(request)
                && !response.isCommitted()
                && !isUpgraded(response)) {
            response.setHeader("Connection", "close");
        }
    }

    /**
     * Sends a response that the application has finished with, if a shutdown has begun. Otherwise
     * the container does so after the filter, when the process may be gone.
     */
    void finish(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (shutdown.isShuttingDown() && !isUpgraded(response)) {
            announce(request, response);
            close(response);
        }
    }

    /**
     * Answers 503 in place of whatever the application has put into the response, which must not be
     * committed.
     */
    void refuseAfterAll(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.reset();
        announce(request, response);
        refuse(response);
    }

    /** Answers 503 to a request that the application never sees. */
    void refuse(HttpServletResponse response) throws IOException {
        response.setHeader("Retry-After", retryAfter);
        response.setHeader("Cache-Control", "no-store");
        response.setContentType("text/plain;charset=us-ascii");
        response.getOutputStream().write(REFUSAL);
        // Last: an application thread that still writes to an asynchronous response must not make
        // it a 200.
        response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        close(response);
    }

    private static void close(HttpServletResponse response) throws IOException {
        try {
            response.getOutputStream().close();
        } catch (IllegalStateException writerInUse) {
            response.getWriter().close();
        }
    }

    private static boolean isHttp1(HttpServletRequest request) {
        return request.getProtocol().startsWith("HTTP/1");
    }

    private static boolean isUpgraded(HttpServletResponse response) {
        return response.getStatus() == HttpServletResponse.SC_SWITCHING_PROTOCOLS;
    }
}
