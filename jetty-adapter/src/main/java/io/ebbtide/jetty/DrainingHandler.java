package io.ebbtide.jetty;

import io.ebbtide.work.Permit;
import io.ebbtide.work.Refusal;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

import java.util.function.UnaryOperator;

/**
 * The outermost handler: each request is work of the shutdown's request scope before the application
 * sees it, or is refused and never seen.
 *
 * <p>It changes nothing for handlers below, whatever they are: same threads, same invocation type,
 * same exceptions.
 */
final class DrainingHandler extends Handler.Wrapper {

    /** Null before the server's first start. */
    private volatile @Nullable Life life;

    /** For lives that begin from now on. */
    private volatile Manners manners = Manners.DEFAULT;

    /** Null before the server has been wrapped. */
    private volatile @Nullable Probes probes;

    void serve(Life next) {
        next.adopt(manners);
        life = next;
    }

    /** Changes how lives behave that begin from now on. */
    void behave(UnaryOperator<Manners> change) {
        manners = change.apply(manners);
    }

    /** Has probes answered before anything else. */
    void answer(Probes asked) {
        probes = asked;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Life present = life;
        if (present == null) {
            throw new IllegalStateException("a request before the server was started");
        }
        Probes asked = probes;
        if (asked != null && asked.answer(present.stage(), request, response, callback)) {
            return true;
        }
        Exchange exchange = Exchange.on(request, response, present);
        return switch (present.admit(exchange)) {
            case Permit permit -> serve(permit, exchange, request, response, callback);
            case Refusal refusal -> {
                exchange.refuse(refusal, callback);
                yield true;
            }
        };
    }

    /**
     * The permit outlives this call: it ends with the response, by {@link Exchange}. Only the thread
     * leaves here.
     */
    private boolean serve(
            Permit permit, Exchange exchange, Request request, Response response, Callback callback)
            throws Exception {
        exchange.begin(permit);
        try {
            return permit.call(() -> super.handle(request, response, callback));
        } finally {
            permit.leaveThread();
        }
    }
}
