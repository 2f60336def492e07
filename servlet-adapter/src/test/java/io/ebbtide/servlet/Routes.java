package io.ebbtide.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The application under test: what happens at which path, and how often it did. */
final class Routes {

    /** What a servlet does. */
    @FunctionalInterface
    interface Route {
        void serve(HttpServletRequest request, HttpServletResponse response) throws Exception;
    }

    private final Map<String, Route> routes = new ConcurrentHashMap<>();
    private final Map<String, Integer> calls = new ConcurrentHashMap<>();
    private Consumer<ServletContext> start = _ -> {};
    private Runnable end = () -> {};

    static Routes at(String path, Route route) {
        return new Routes().and(path, route);
    }

    Routes and(String path, Route route) {
        routes.put(path, route);
        return this;
    }

    /** Has {@code action} run when the application's servlet starts. */
    Routes onStart(Consumer<ServletContext> action) {
        start = action;
        return this;
    }

    /** Has {@code action} run when the application's servlet is destroyed. */
    Routes onDestroy(Runnable action) {
        end = action;
        return this;
    }

    /** {@return how often the application has been called at this path, in whatever dispatch} */
    int calls(String path) {
        return calls.getOrDefault(path, 0);
    }

    /** Lets a request go on without its thread, for as long as it takes. */
    static AsyncContext startAsync(HttpServletRequest request) {
        AsyncContext async = request.startAsync();
        async.setTimeout(0);
        return async;
    }

    void addTo(ServletContext context) {
        ServletRegistration.Dynamic servlet = context.addServlet("routes", new Dispatcher());
        servlet.setAsyncSupported(true);
        servlet.setLoadOnStartup(1);
        servlet.addMapping("/*");
    }

    @SuppressWarnings("serial") // never serialized
    private final class Dispatcher extends HttpServlet {
        @Override
        public void init() {
            start.accept(getServletContext());
        }

        @Override
        public void destroy() {
            end.run();
        }

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response)
                throws ServletException, IOException {
            Object included = request.getAttribute(RequestDispatcher.INCLUDE_PATH_INFO);
            String path = included == null ? request.getPathInfo() : included.toString();
            calls.merge(path, 1, Integer::sum);
            Route route = routes.get(path);
            if (route == null) {
                response.sendError(HttpServletResponse.SC_NOT_FOUND);
                return;
            }
            try {
                route.serve(request, response);
            } catch (ServletException | IOException | RuntimeException thrown) {
                throw thrown;
            } catch (Exception thrown) {
                throw new ServletException(thrown);
            }
        }
    }
}
