package io.ebbtide.jetty;

import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Request;

/** What reports call a request: its method and its path. */
final class RequestName {

    private RequestName() {}

    /**
     * {@return the second part of the name} Without the query, and without parameters of the path: session ids live there. What
     * has no path ({@code CONNECT}) is called by whom it asks for.
     */
    static String subject(Request request) {
        HttpURI uri = request.getHttpURI();
        String path = uri.getPath();
        if (path == null) {
            return String.valueOf(uri.getAuthority());
        }
        return path.indexOf(';') < 0 ? path : String.valueOf(uri.getCanonicalPath());
    }
}
