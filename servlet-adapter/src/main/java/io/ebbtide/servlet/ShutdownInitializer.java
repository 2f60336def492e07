package io.ebbtide.servlet;

import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;

import org.jspecify.annotations.Nullable;

import java.util.Set;

/**
 * Found by containers when the jar is there, and does nothing unless the application is switched on: then it does what
 * declaring {@link ShutdownContextListener} does.
 *
 * <pre>{@code
 * <context-param>
 *   <param-name>ebbtide.enabled</param-name>
 *   <param-value>true</param-value>
 * </context-param>
 * }</pre>
 */
public final class ShutdownInitializer implements ServletContainerInitializer {

    /** The context parameter that switches an application on: {@code true} or {@code false}. */
    public static final String ENABLED = Parameters.PREFIX + "enabled";

    /** For containers. */
    public ShutdownInitializer() {}

    /**
     * Looks at the switch, and installs.
     *
     * @throws ServletException if the switch, or another parameter, is unknown or cannot be read
     */
    @Override
    public void onStartup(@Nullable Set<Class<?>> classes, ServletContext context)
            throws ServletException {
        try {
            if (isEnabled(context.getInitParameter(ENABLED))) {
                context.addListener(ShutdownContextListener.opened(context));
            }
        } catch (IllegalArgumentException | IllegalStateException wrong) {
            throw new ServletException(wrong.getMessage(), wrong);
        }
    }

    private static boolean isEnabled(@Nullable String given) {
        return switch (given == null ? "false" : given.strip()) {
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw new IllegalArgumentException(
                            ENABLED + ": '" + given + "'; allowed is true or false");
        };
    }
}
