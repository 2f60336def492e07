package io.ebbtide;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Signals of the operating system. The only file that names {@code sun.misc.Signal}.
 *
 * <p>That class is reached by reflection: it lives in {@code jdk.unsupported}, which a trimmed runtime may lack when we are on
 * its class path, and javac has no way to use it without a warning ({@code Signal is internal proprietary API}).
 */
final class Signals {

    private static final String SIGNAL = "sun.misc.Signal";
    private static final String HANDLER = "sun.misc.SignalHandler";

    private Signals() {}

    /**
     * Has {@code handler} called with the signal's name whenever the signal arrives, each time on a new thread.
     *
     * @param name without the prefix, such as {@code TERM}
     * @return why it cannot be done; empty if it is done
     */
    static Optional<String> handle(String name, Consumer<String> handler) {
        try {
            Class<?> signalType = Class.forName(SIGNAL);
            Class<?> handlerType = Class.forName(HANDLER);
            Object signal = signalType.getConstructor(String.class).newInstance(name);
            Object adapter = adapter(handlerType, name, handler);
            Object previous =
                    signalType
                            .getMethod("handle", signalType, handlerType)
                            .invoke(null, signal, adapter);
            Object ignore = handlerType.getField("SIG_IGN").get(null);
            return ignore.equals(previous)
                    ? Optional.of(
                            "the process was started with SIG"
                                    + name
                                    + " ignored (nohup, or '&' in a script)")
                    : Optional.empty();
        } catch (InvocationTargetException refused) {
            return Optional.of(
                    "the JVM does not give up SIG" + name + " (-Xrs?): " + refused.getCause());
        } catch (ReflectiveOperationException | LinkageError absent) {
            return Optional.of(
                    "this runtime has no "
                            + SIGNAL
                            + " (add the module jdk.unsupported): "
                            + absent);
        }
    }

    /** Goes the way that a signal goes, without a signal: the first call through a proxy is a slow one. */
    static void rehearse() {
        try {
            Class<?> handlerType = Class.forName(HANDLER);
            Method handle = handlerType.getMethod("handle", Class.forName(SIGNAL));
            handle.invoke(adapter(handlerType, "rehearsal", _ -> {}), (Object) null);
        } catch (ReflectiveOperationException | LinkageError absent) {
            return; // handle() has said so
        }
    }

    private static Object adapter(Class<?> handlerType, String name, Consumer<String> handler) {
        return Proxy.newProxyInstance(
                Signals.class.getClassLoader(),
                new Class<?>[] {handlerType},
                (proxy, method, arguments) -> invoke(proxy, method, arguments, name, handler));
    }

    private static Object invoke(
            Object proxy,
            Method method,
            Object[] arguments,
            String name,
            Consumer<String> handler) {
        return switch (method.getName()) {
            case "handle" -> {
                handler.accept(name);
                yield proxy; // handle returns nothing: what stands here is dropped
            }
            case "equals" ->
                    System.identityHashCode(proxy) == System.identityHashCode(arguments[0]);
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "Ebbtide's handler of SIG" + name;
        };
    }
}
