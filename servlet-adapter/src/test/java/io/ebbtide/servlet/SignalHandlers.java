package io.ebbtide.servlet;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

/** Who handles the signals that end a process, by reflection: javac does not let anybody name the classes. */
final class SignalHandlers {

    private SignalHandlers() {}

    /** {@return the handlers of SIGTERM, SIGINT and SIGHUP} To look at one is to replace it, and to put it back. */
    static List<String> present() throws ReflectiveOperationException {
        Class<?> signalType = Class.forName("sun.misc.Signal");
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        Method handle = signalType.getMethod("handle", signalType, handlerType);
        Object byDefault = handlerType.getField("SIG_DFL").get(null);
        List<String> handlers = new ArrayList<>();
        for (String name : List.of("TERM", "INT", "HUP")) {
            Object signal = signalType.getConstructor(String.class).newInstance(name);
            Object present = handle.invoke(null, signal, byDefault);
            handle.invoke(null, signal, present);
            handlers.add(present.toString()); // they come in a new wrapper each time
        }
        return handlers;
    }
}
