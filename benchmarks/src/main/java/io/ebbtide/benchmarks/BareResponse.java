package io.ebbtide.benchmarks;

import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;

import java.lang.reflect.Proxy;

/** A response that the filter has nothing to do with, since nobody shuts down. */
final class BareResponse extends HttpServletResponseWrapper {

    BareResponse() {
        super(
                (HttpServletResponse)
                        Proxy.newProxyInstance(
                                BareResponse.class.getClassLoader(),
                                new Class<?>[] {HttpServletResponse.class},
                                (_, method, _) -> {
                                    throw new UnsupportedOperationException(method.getName());
                                }));
    }
}
