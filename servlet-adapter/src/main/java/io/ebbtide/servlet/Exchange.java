package io.ebbtide.servlet;

import io.ebbtide.report.SafeText;
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
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;

/**
 * One admitted request, from its admission to its true end. The application sees it as its response, which saves one of our
 * own for the announcements.
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
final class Exchange extends AnnouncingResponse
        implements Peer, AsyncListener, ScopedValue.CallableOp<Boolean, Exception> {

    private static final Logger LOG = System.getLogger("io.ebbtide.servlet");

    private static final VarHandle ENDED;

    static {
        try {
            ENDED = MethodHandles.lookup().findVarHandle(Exchange.class, "ended", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

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

    /** What the thread that is inside passes on; each dispatch brings its own. */
    private HttpServletRequest request;

    private HttpServletResponse passed;
    private FilterChain chain;

    /** Written by the admitting thread, before the application sees the request. */
    private @Nullable Permit permit;

    /**
     * The open asynchronous cycle, once we listen to it. Written by the container's threads, read
     * by the shutdown's.
     */
    private volatile @Nullable AsyncContext cycle;

    /** Written by the shutdown's threads. */
    private volatile Stage stage = Stage.IN_TIME;

    /**
     * Whether there has been a cycle that may have told us of its end. Written and read by the container's threads, one
     * after the other.
     */
    private boolean listened;

    /** Whether the permit is closed, once {@link #listened}. */
    private volatile boolean ended;

    Exchange(
            Farewell farewell,
            Reach reach,
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain) {
        super(farewell, request, response);
        this.farewell = farewell;
        this.reach = reach;
        this.request = request;
        this.passed = this;
        this.chain = chain;
    }

    /** Passes a request on that has just been admitted. */
    void begin(Permit permit) throws IOException, ServletException {
        this.permit = permit;
        serve(permit);
    }

    /** Passes a request on that comes back in an asynchronous dispatch, unless its time is up. */
    void resume(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Permit mine = admitted();
        cycle = null;
        if (stage == Stage.IN_TIME) {
            farewell.announce(request, response);
            this.request = request;
            this.passed = response; // it may be one that wraps this
            this.chain = chain;
            mine.enterThread();
            serve(mine);
            return;
        }
        try {
            if (response.isCommitted()) {
                throw cutOff();
            }
            farewell.refuseAfterAll(request, response);
        } finally {
            end();
        }
    }

    private void serve(Permit mine) throws IOException, ServletException {
        boolean open = false;
        try {
            Throwable failure = pass(mine);
            open = isOpen();
            if (open) {
                mine.leaveThread();
                dispatchIfOverdue();
            } else if (stage != Stage.IN_TIME) {
                mine.leaveThread(); // so that the interrupt does not hit what follows
                if (!passed.isCommitted()) {
                    logUnheard(failure);
                    farewell.refuseAfterAll(request, passed);
                    return;
                }
            }
            if (failure != null) {
                raise(failure);
            }
            if (!open) {
                finish();
            }
        } finally {
            if (!open) {
                end(mine); // invariant 1
            }
        }
    }

    /** {@return what the application threw; {@code null} if it returned} */
    private @Nullable Throwable pass(Permit mine) {
        try {
            Boolean _ = mine.call(this);
            return null;
        } catch (Throwable failure) {
            return failure;
        }
    }

    /** The application, with the request bound. Here, because a lambda would be one more object for each request. */
    @Override
    public Boolean call() throws Exception {
        chain.doFilter(request, passed);
        return Boolean.TRUE;
    }

    /**
     * What the application throws when it is interrupted belongs to the interrupt; an error may be
     * something else.
     */
    private void logUnheard(@Nullable Throwable failure) {
        Level level = failure instanceof Error ? Level.WARNING : Level.DEBUG;
        LOG.log(
                level,
                () -> SafeText.of(admitted().name()) + " ended after the drain deadline",
                failure == null ? null : SafeText.forLog(failure));
    }

    /**
     * The application has ended a response by itself, in time or within the grace after the
     * interrupt.
     */
    private void finish() throws IOException {
        if (stage == Stage.CUT) {
            throw cutOff();
        }
        farewell.finish(request, passed);
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
    private boolean isOpen() {
        return request.isAsyncStarted() && (cycle != null || listen());
    }

    private boolean listen() {
        try {
            listen(request.getAsyncContext());
            return true;
        } catch (IllegalStateException completedMeanwhile) {
            return false;
        }
    }

    private void listen(AsyncContext opened) {
        listened = true;
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
                        () -> SafeText.of(admitted().name()) + " is being completed or dispatched",
                        SafeText.forLog(notGranted));
            }
        }
    }

    /** Ends the request on the thread that is inside. */
    private void end(Permit mine) {
        if (listened) {
            mine.leaveThread(); // puts its flag back, even if another thread ends the request first
            end();
        } else {
            mine.close();
        }
    }

    /** Ends the request, once. */
    private void end() {
        if (ENDED.compareAndSet(this, false, true)) {
            admitted().close();
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
            end(); // nobody else would tell us
        }
    }

    @Override
    public void onComplete(AsyncEvent event) {
        end();
    }

    /** The container goes on to an error dispatch, or to the end. */
    @Override
    public void onTimeout(AsyncEvent event) {}

    /** The container goes on to an error dispatch, or to the end. */
    @Override
    public void onError(AsyncEvent event) {}
}
