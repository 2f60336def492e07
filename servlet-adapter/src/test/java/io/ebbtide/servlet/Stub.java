package io.ebbtide.servlet;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A servlet API object that answers what it was told to, and writes down what it was asked. */
final class Stub {

    /** What a call returns; it may throw instead. */
    @FunctionalInterface
    interface Reply {
        Object to(Object[] arguments);
    }

    final List<String> calls = new ArrayList<>();
    private final Map<String, Reply> replies = new HashMap<>();

    Stub on(String method, Reply reply) {
        replies.put(method, reply);
        return this;
    }

    Stub on(String method, Object value) {
        return on(method, (Reply) _ -> value);
    }

    <T> T as(Class<T> type) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (_, method, arguments) -> {
                            List<Object> given = arguments == null ? List.of() : List.of(arguments);
                            calls.add(method.getName() + given);
                            Reply reply = replies.get(method.getName());
                            if (reply != null) {
                                return reply.to(arguments);
                            }
                            return method.getReturnType() == boolean.class ? (Object) false : null;
                        }));
    }
}
