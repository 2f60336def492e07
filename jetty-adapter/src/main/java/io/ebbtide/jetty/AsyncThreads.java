package io.ebbtide.jetty;

import io.ebbtide.work.Permit;
import io.ebbtide.work.RequestScope;

import org.eclipse.jetty.server.Context;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * Knows the threads that go on with a request that has left its first one, such as a servlet's after {@code dispatch()}: so
 * that reports name them and the drain deadline interrupts them. Only contexts tell when a thread begins to work for a
 * request, and only of those that are there when the server starts.
 *
 * <p>Source: Jetty 12.1.14, {@code ContextHandler.ScopedContext.run(Runnable, Request)}.
 */
final class AsyncThreads implements ContextHandler.ContextScopeListener, LifeCycle.Listener {

    private final Server server;

    AsyncThreads(Server server) {
        this.server = server;
    }

    @Override
    public void lifeCycleStarting(LifeCycle event) {
        for (ContextHandler context : server.getDescendants(ContextHandler.class)) {
            if (!context.getEventListeners().contains(this)) {
                context.addEventListener(this);
            }
        }
    }

    @Override
    public void enterScope(Context context, @Nullable Request request) {
        Permit permit = later(request);
        if (permit != null) {
            permit.enterThread();
        }
    }

    @Override
    public void exitScope(Context context, @Nullable Request request) {
        Permit permit = later(request);
        if (permit != null) {
            permit.leaveThread();
        }
    }

    /** {@return the permit of {@code request}; null if the calling thread is the one that it came with} */
    private static @Nullable Permit later(@Nullable Request request) {
        if (request == null || RequestScope.current().isPresent()) {
            return null;
        }
        HttpStream[] found = new HttpStream[1];
        try {
            request.addHttpStreamWrapper(
                    stream -> {
                        found[0] = stream;
                        return stream;
                    });
        } catch (IllegalStateException over) {
            return null;
        }
        return permitIn(found[0]);
    }

    private static @Nullable Permit permitIn(HttpStream stream) {
        for (HttpStream next = stream;
                next instanceof HttpStream.Wrapper wrapper;
                next = wrapper.getWrapped()) {
            if (wrapper instanceof Exchange exchange) {
                return exchange.permit();
            }
        }
        return null;
    }
}
