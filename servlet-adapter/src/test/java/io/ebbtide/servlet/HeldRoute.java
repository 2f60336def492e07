package io.ebbtide.servlet;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** Where a request stays until the test lets it go. */
final class HeldRoute implements Routes.Route {

    private final Gate inside = new Gate();
    private final Gate go = new Gate();
    private final Routes.Route rest;

    private HeldRoute(Routes.Route rest) {
        this.rest = rest;
    }

    /** {@return a route that does {@code rest} with those whom it has let go} */
    static HeldRoute then(Routes.Route rest) {
        return new HeldRoute(rest);
    }

    @Override
    public void serve(HttpServletRequest request, HttpServletResponse response) throws Exception {
        inside.open();
        go.await();
        rest.serve(request, response);
    }

    void awaitRequest() throws Exception {
        inside.await();
    }

    void letGo() {
        go.open();
    }
}
