package io.ebbtide.servlet;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;

/** Has an application fail to start in the way of the Servlet API. */
final class StartFailures {

    private StartFailures() {}

    static void prepare(Container.Application application, ServletContext context)
            throws ServletException {
        try {
            application.setUp().prepare(context);
        } catch (ServletException | RuntimeException failed) {
            throw failed;
        } catch (Exception failed) {
            throw new ServletException(failed);
        }
    }
}
