package io.ebbtide.benchmarks;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Callable;

/** The JDK's {@code StructuredTaskScope} in the shape of release 25, where it is a preview. */
final class PreviewScope {

    private static final MethodHandle OPEN;
    private static final MethodHandle FORK;
    private static final MethodHandle JOIN;
    private static final MethodHandle CLOSE;

    static {
        try {
            Class<?> scope = Class.forName("java.util.concurrent.StructuredTaskScope");
            Class<?> subtask = Class.forName("java.util.concurrent.StructuredTaskScope$Subtask");
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            OPEN =
                    lookup.findStatic(scope, "open", MethodType.methodType(scope))
                            .asType(MethodType.methodType(Object.class));
            FORK =
                    lookup.findVirtual(
                                    scope, "fork", MethodType.methodType(subtask, Callable.class))
                            .asType(
                                    MethodType.methodType(
                                            Object.class, Object.class, Callable.class));
            JOIN =
                    lookup.findVirtual(scope, "join", MethodType.methodType(Object.class))
                            .asType(MethodType.methodType(Object.class, Object.class));
            CLOSE =
                    lookup.findVirtual(scope, "close", MethodType.methodType(void.class))
                            .asType(MethodType.methodType(void.class, Object.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private PreviewScope() {}

    static Object forkAndJoin(int children, Callable<?> task) throws Throwable {
        Object scope = (Object) OPEN.invokeExact();
        try {
            for (int i = 0; i < children; i++) {
                Object _ = (Object) FORK.invokeExact(scope, (Callable) task);
            }
            return (Object) JOIN.invokeExact(scope);
        } finally {
            CLOSE.invokeExact(scope);
        }
    }
}
