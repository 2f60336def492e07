package io.ebbtide;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
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

    /** What came of the attempt to handle a signal. */
    sealed interface Attempt {

        /** It is handled from now on. */
        record Handled(Grip grip) implements Attempt {}

        /** It is not: somebody else handles it, and we were to leave it to them. */
        record Left() implements Attempt {}

        /**
         * It cannot be handled.
         *
         * @param why in a few words
         * @param then what the signal will do
         */
        record Impossible(String why, String then) implements Attempt {}
    }

    /** What to do with a handler of somebody else's that is in place already. */
    enum Earlier {
        /** It is called after ours. */
        CALL,
        /** It stays, and ours is not installed. */
        LEAVE_ALONE
    }

    /**
     * Has {@code handler} called with the signal's name whenever the signal arrives, each time on a new thread.
     *
     * @param name without the prefix, such as {@code TERM}
     */
    static Attempt handle(String name, Earlier earlier, Consumer<String> handler) {
        try {
            Grip grip = new Grip(name);
            Object previous = grip.take(handler);
            if (grip.isIgnored(previous)) {
                return new Attempt.Impossible(
                        "the process was started with SIG"
                                + name
                                + " ignored (nohup, '&' or trap in a script)",
                        "it will not arrive");
            }
            if (earlier == Earlier.LEAVE_ALONE && Grip.isSomebodys(previous)) {
                grip.release();
                return new Attempt.Left();
            }
            return new Attempt.Handled(grip);
        } catch (InvocationTargetException refused) {
            return new Attempt.Impossible(
                    "the JVM does not give up SIG" + name + " (-Xrs?): " + refused.getCause(),
                    "it will end the process at once");
        } catch (ReflectiveOperationException | LinkageError absent) {
            return new Attempt.Impossible(
                    "this runtime has no "
                            + SIGNAL
                            + " (add the module jdk.unsupported): "
                            + absent,
                    "it will end the JVM, whose shutdown hook drains");
        }
    }

    /** Our hold on one signal. */
    static final class Grip {

        private final String name;
        private final Class<?> handlerType = Class.forName(HANDLER);
        private final Object signal;
        private final Method handle;

        /** Written before the first signal can arrive, or nearly so; {@code null} until then. */
        private volatile @Nullable Object previous;

        private @Nullable Object ours;

        private Grip(String name) throws ReflectiveOperationException {
            Class<?> signalType = Class.forName(SIGNAL);
            this.name = name;
            this.signal = signalType.getConstructor(String.class).newInstance(name);
            this.handle = signalType.getMethod("handle", signalType, handlerType);
        }

        private Object take(Consumer<String> handler) throws ReflectiveOperationException {
            ours =
                    adapter(
                            handlerType,
                            name,
                            signalName -> {
                                handler.accept(signalName);
                                passOn();
                            });
            Object before = handle.invoke(null, signal, ours);
            previous = before;
            return before;
        }

        private boolean isIgnored(Object handler) throws ReflectiveOperationException {
            return handlerType.getField("SIG_IGN").get(null).equals(handler);
        }

        /** The JVM's own handlers come wrapped into classes of its own; calling those would end the JVM. */
        private static boolean isSomebodys(Object handler) {
            return !handler.getClass().getName().startsWith(SIGNAL);
        }

        /** Calls the handler that was there before ours. */
        private void passOn() {
            Object earlier = previous;
            if (earlier == null || !isSomebodys(earlier)) {
                return;
            }
            try {
                handlerType.getMethod("handle", signal.getClass()).invoke(earlier, signal);
            } catch (ReflectiveOperationException | RuntimeException failed) {
                System.err.println(
                        "ebbtide: the earlier handler of SIG" + name + " failed: " + failed);
            }
        }

        /** Puts back what was there before, unless somebody else has put something in our place. */
        void release() {
            try {
                Object present = handle.invoke(null, signal, previous);
                if (!Objects.equals(present, ours)) {
                    handle.invoke(null, signal, present);
                }
            } catch (ReflectiveOperationException | RuntimeException refused) {
                System.err.println("ebbtide: SIG" + name + " cannot be put back: " + refused);
            }
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
