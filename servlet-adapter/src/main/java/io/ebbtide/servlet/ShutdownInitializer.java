package io.ebbtide.servlet;

import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;

import org.jspecify.annotations.Nullable;

import java.util.Set;

/**
 * Found by containers when the jar is there. If the application is switched on it does what declaring {@link
 * ShutdownContextListener} does. If not, it only sees to it that a {@link ShutdownFilter} that somebody has declared supports
 * asynchronous requests.
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
        // Some containers do not listen any more when the filter starts and says so itself.
        FilterDeclaration.allIn(context).forEach(FilterDeclaration::supportAsync);
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
