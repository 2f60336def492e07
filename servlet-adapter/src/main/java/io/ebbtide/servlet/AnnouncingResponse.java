package io.ebbtide.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;

import java.io.IOException;
import java.io.PrintWriter;

/**
 * A response that says {@code Connection: close} if a shutdown has begun by the time the application writes it: it may send its
 * head by itself, before the filter comes back to it.
 */
abstract class AnnouncingResponse extends HttpServletResponseWrapper {

    private final Farewell farewell;
    private final HttpServletRequest request;

    AnnouncingResponse(
            Farewell farewell, HttpServletRequest request, HttpServletResponse response) {
        super(response);
        this.farewell = farewell;
        this.request = request;
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        announce();
        return super.getOutputStream();
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        announce();
        return super.getWriter();
    }

    @Override
    public void flushBuffer() throws IOException {
        announce();
        super.flushBuffer();
    }

    @Override
    public void sendError(int status) throws IOException {
        announce();
        super.sendError(status);
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        announce();
        super.sendError(status, message);
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        announce();
        super.sendRedirect(location);
    }

    private void announce() {
        farewell.announce(request, (HttpServletResponse) getResponse());
    }
}
