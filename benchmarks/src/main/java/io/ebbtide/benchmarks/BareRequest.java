package io.ebbtide.benchmarks;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;

import java.lang.reflect.Proxy;

/** A request without a container: what the filter asks is answered at once, and nothing else is. */
final class BareRequest extends HttpServletRequestWrapper {

    private static final HttpServletRequest NOTHING_ELSE =
            (HttpServletRequest)
                    Proxy.newProxyInstance(
                            BareRequest.class.getClassLoader(),
                            new Class<?>[] {HttpServletRequest.class},
                            (_, method, _) -> {
                                throw new UnsupportedOperationException(method.getName());
                            });

    private final String method;
    private final String uri;
    private Object attribute;
    private int times;

    BareRequest(String method, String uri) {
        super(NOTHING_ELSE);
        this.method = method;
        this.uri = uri;
    }

    /** Is a new request from now on. */
    void begin() {
        attribute = null;
    }

    void served() {
        times++;
    }

    int times() {
        return times;
    }

    @Override
    public DispatcherType getDispatcherType() {
        return DispatcherType.REQUEST;
    }

    @Override
    public Object getAttribute(String name) {
        return attribute;
    }

    @Override
    public void setAttribute(String name, Object value) {
        attribute = value;
    }

    @Override
    public String getMethod() {
        return method;
    }

    @Override
    public String getRequestURI() {
        return uri;
    }

    @Override
    public String getContextPath() {
        return "";
    }

    @Override
    public boolean isAsyncStarted() {
        return false;
    }
}
