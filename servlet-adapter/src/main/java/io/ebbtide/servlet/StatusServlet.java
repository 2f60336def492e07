package io.ebbtide.servlet;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.report.ShutdownPhase;
import io.ebbtide.report.ShutdownProgress;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/**
 * Says in JSON how far a shutdown has come, always with status 200.
 *
 * <pre>{@code
 * {"phase":"RUNNING"}
 * }</pre>
 *
 * <p>{@link Detail#PROGRESS} adds counts and times, never a name, a path or a stack. Even counts tell strangers when a
 * service is weak: keep those behind the application's authentication.
 *
 * <p>One that is declared takes the shutdown that the context publishes, and the init parameter {@code detail}: {@code
 * phase}, which is the default, or {@code progress}.
 */
@SuppressWarnings("serial") // never serialized
public final class StatusServlet extends HttpServlet {

    /** How much is said. */
    public enum Detail {
        /** The name of the {@link ShutdownPhase}. */
        PHASE,
        /** All numbers of {@link ShutdownProgress}. */
        PROGRESS
    }

    /** Written before the first request; {@code null}: that of the context. */
    private @Nullable StructuredShutdown shutdown;

    /** Written before the first request; {@code null}: that of the init parameters. */
    private @Nullable Detail detail;

    /** For containers. */
    public StatusServlet() {}

    /** {@return one that asks this shutdown} */
    public static StatusServlet of(StructuredShutdown shutdown, Detail detail) {
        StatusServlet servlet = new StatusServlet();
        servlet.shutdown = shutdown;
        servlet.detail = detail;
        return servlet;
    }

    @Override
    public void init() throws ServletException {
        if (detail == null) {
            detail = Probes.detail(getServletConfig());
            shutdown = Probes.shutdown(getServletContext());
        }
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        StructuredShutdown asked = shutdown;
        if (asked == null) {
            throw new IllegalStateException("this servlet is used before its init");
        }
        ShutdownProgress progress = asked.progress();
        String body =
                detail == Detail.PROGRESS
                        ? progress.toJson()
                        : "{\"phase\":\"" + progress.phase() + "\"}";
        Probes.answerJson(response, body + "\n");
    }
}
