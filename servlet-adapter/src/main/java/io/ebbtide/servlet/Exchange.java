package io.ebbtide.servlet;

import io.ebbtide.work.Peer;
import io.ebbtide.work.Permit;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;

/**
 * One admitted request, from its admission to its true end.
 *
 * <p>Invariants, cited by number below:
 *
 * <ol>
 *   <li>The permit is closed when the last thread has left the chain and no asynchronous cycle is
 *       open; if one is, by its {@code onComplete}. Closing is one-shot, so it does no harm where a
 *       container makes both happen.
 *   <li>Only the container's thread touches the response. Whoever comes from elsewhere sets {@link
 *       #stage}, or asks the container for a dispatch.
 *   <li>Whoever opens a cycle writes {@link #cycle} and then reads {@link #stage}; the deadline
 *       writes {@code stage} and then reads {@code cycle}: an asynchronous request is dispatched by
 *       one of the two.
 * </ol>
 */
final class Exchange implements Peer, AsyncListener {

    private static final Logger LOG = System.getLogger("io.ebbtide.servlet");

    /** Moves only forward. */
    private enum Stage {
        IN_TIME,
        /**
         * The drain deadline has passed: the client is to get a 503, or to see that the answer is
         * not whole.
         */
        OVERDUE,
        /** The grace after the interrupt has passed, too. */
        CUT
    }

    private final Farewell farewell;
    private final Reach reach;

    /** Written by the admitting thread, before the application sees the request. */
    private @Nullable Permit permit;

    /**
     * The open asynchronous cycle, once we listen to it. Written by the container's threads, read
     * by the shutdown's.
     */
    private volatile @Nullable AsyncContext cycle;

    /** Written by the shutdown's threads. */
    private volatile Stage stage = Stage.IN_TIME;

    Exchange(Farewell farewell, Reach reach) {
        this.farewell = farewell;
        this.reach = reach;
    }

    /** Passes a request on that has just been admitted. */
    void begin(
            Permit permit,
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain)
            throws IOException, ServletException {
        this.permit = permit;
        serve(permit, request, response, chain);
    }

    /** Passes a request on that comes back in an asynchronous dispatch, unless its time is up. */
    void resume(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Permit mine = admitted();
        cycle = null;
        if (stage == Stage.IN_TIME) {
            mine.enterThread();
            serve(mine, request, response, chain);
            return;
        }
        try {
            if (response.isCommitted()) {
                throw cutOff();
            }
            farewell.refuseAfterAll(request, response);
        } finally {
            mine.close();
        }
    }

    private void serve(
            Permit mine,
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain)
            throws IOException, ServletException {
        boolean open = false;
        try {
            Throwable failure = pass(mine, request, response, chain);
            open = isOpen(request);
            if (open) {
                mine.leaveThread();
                dispatchIfOverdue();
            } else if (stage != Stage.IN_TIME) {
                mine.leaveThread(); // so that the interrupt does not hit what follows
                if (!response.isCommitted()) {
                    logUnheard(failure);
                    farewell.refuseAfterAll(request, response);
                    return;
                }
            }
            if (failure != null) {
                raise(failure);
            }
            if (!open) {
                finish(request, response);
            }
        } finally {
            if (!open) {
                mine.close(); // invariant 1
            }
        }
    }

    /** {@return what the application threw; {@code null} if it returned} */
    private static @Nullable Throwable pass(
            Permit mine,
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain) {
        try {
            mine.call(
                    () -> {
                        chain.doFilter(request, response);
                        return null;
                    });
            return null;
        } catch (Throwable failure) {
            return failure;
        }
    }

    /**
     * What the application throws when it is interrupted belongs to the interrupt; an error may be
     * something else.
     */
    private void logUnheard(@Nullable Throwable failure) {
        Level level = failure instanceof Error ? Level.WARNING : Level.DEBUG;
        LOG.log(level, () -> admitted().name() + " ended after the drain deadline", failure);
    }

    /**
     * The application has ended a response by itself, in time or within the grace after the
     * interrupt.
     */
    private void finish(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (stage == Stage.CUT) {
            throw cutOff();
        }
        farewell.finish(request, response);
    }

    /** Has the container close the connection without the end of the response. */
    private static IOException cutOff() {
        return new IOException(
                "cut off: the response was not whole when the shutdown's drain deadline had"
                        + " passed");
    }

    private static void raise(Throwable failure) throws IOException, ServletException {
        switch (failure) {
            case IOException thrown -> throw thrown;
            case ServletException thrown -> throw thrown;
            case RuntimeException thrown -> throw thrown;
            case Error thrown -> throw thrown;
            // A servlet may not throw it, but some find a way.
            default -> throw new ServletException(failure);
        }
    }

    /** Whether the request goes on after this thread has left. If so, we listen for its end. */
    private boolean isOpen(HttpServletRequest request) {
        return request.isAsyncStarted() && (cycle != null || listen(request));
    }

    private boolean listen(HttpServletRequest request) {
        try {
            listen(request.getAsyncContext());
            return true;
        } catch (IllegalStateException completedMeanwhile) {
            return false;
        }
    }

    private void listen(AsyncContext opened) {
        opened.addListener(this);
        cycle = opened;
    }

    /** Invariant 3. */
    private void dispatchIfOverdue() {
        AsyncContext open = cycle;
        if (stage != Stage.IN_TIME && open != null && reach == Reach.EVERY_DISPATCH) {
            try {
                open.dispatch();
            } catch (RuntimeException notGranted) {
                LOG.log(
                        Level.DEBUG,
                        () -> admitted().name() + " is being completed or dispatched",
                        notGranted);
            }
        }
    }

    private Permit admitted() {
        return Objects.requireNonNull(permit, "permit");
    }

    @Override
    public void answer(Permit permit) {
        stage = Stage.OVERDUE;
        dispatchIfOverdue();
    }

    @Override
    public void cut(Permit permit) {
        stage = Stage.CUT;
    }

    @Override
    public String detail() {
        return cycle == null ? "" : "asynchronous";
    }

    /** The container forgets its listeners with each new cycle. */
    @Override
    public void onStartAsync(AsyncEvent event) {
        try {
            listen(event.getAsyncContext());
        } catch (IllegalStateException completedMeanwhile) {
            admitted().close(); // nobody else would tell us
        }
    }

    @Override
    public void onComplete(AsyncEvent event) {
        admitted().close();
    }

    /** The container goes on to an error dispatch, or to the end. */
    @Override
    public void onTimeout(AsyncEvent event) {}

    /** The container goes on to an error dispatch, or to the end. */
    @Override
    public void onError(AsyncEvent event) {}
}
