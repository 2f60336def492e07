package io.ebbtide.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.report.ShutdownResult;

import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Whatever handlers do wrong: a request ends once, others are served, and the stop is clean. */
@Timeout(60)
class RudeHandlersTest {

    private static final int NO_ANSWER = 0;

    /** What a handler should not do, and what its client gets all the same. */
    enum Misdeed {
        THROWS(500) {
            @Override
            boolean handle(Response response, Callback callback) {
                throw new QuietException.RuntimeException("on purpose");
            }
        },
        THROWS_AN_ERROR(500) {
            @Override
            boolean handle(Response response, Callback callback) {
                throw new QuietError();
            }
        },
        THROWS_A_CHECKED_EXCEPTION(500) {
            @Override
            boolean handle(Response response, Callback callback) throws Exception {
                throw new QuietException.Exception("on purpose");
            }
        },
        FAILS_AND_THROWS(500) {
            @Override
            boolean handle(Response response, Callback callback) {
                callback.failed(new QuietException.RuntimeException("on purpose"));
                throw new QuietException.RuntimeException("on purpose again");
            }
        },
        COMPLETES_AND_THROWS(200) {
            @Override
            boolean handle(Response response, Callback callback) {
                write(response, callback);
                throw new QuietException.RuntimeException("on purpose");
            }
        },
        COMPLETES_TWICE(200) {
            @Override
            boolean handle(Response response, Callback callback) {
                write(response, callback);
                callback.succeeded();
                return true;
            }
        },
        COMPLETES_AND_FAILS(200) {
            @Override
            boolean handle(Response response, Callback callback) {
                write(response, callback);
                callback.failed(new QuietException.RuntimeException("on purpose"));
                return true;
            }
        },
        COMPLETES_TWICE_FROM_TWO_THREADS(200) {
            @Override
            boolean handle(Response response, Callback callback) throws Exception {
                response.write(true, ByteBuffer.wrap(new byte[] {'o', 'k'}), Callback.NOOP);
                CountDownLatch ready = new CountDownLatch(2);
                for (int i = 0; i < 2; i++) {
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        ready.countDown();
                                        callback.succeeded();
                                    });
                }
                ready.await();
                return true;
            }
        },
        WRITES_TWICE_THE_END(200) {
            @Override
            boolean handle(Response response, Callback callback) {
                write(response, callback);
                write(response, Callback.NOOP);
                return true;
            }
        },
        WRITES_LESS_THAN_IT_SAID(NO_ANSWER) {
            @Override
            boolean handle(Response response, Callback callback) {
                response.getHeaders().put("Content-Length", 100);
                write(response, callback);
                return true;
            }
        };

        private final int status;

        Misdeed(int status) {
            this.status = status;
        }

        abstract boolean handle(Response response, Callback callback) throws Exception;

        private static void write(Response response, Callback callback) {
            response.write(true, ByteBuffer.wrap(new byte[] {'o', 'k'}), callback);
        }
    }

    /** Jetty does not log it. */
    private static final class QuietError extends Error implements QuietException {
        private static final long serialVersionUID = 1;
    }

    private static Handler doing(Misdeed misdeed, Handler otherwise) {
        return new Handler.Wrapper(otherwise) {
            @Override
            public boolean handle(Request request, Response response, Callback callback)
                    throws Exception {
                return request.getHttpURI().getPath().equals("/rude")
                        ? misdeed.handle(response, callback)
                        : super.handle(request, response, callback);
            }
        };
    }

    @ParameterizedTest
    @EnumSource(Misdeed.class)
    void endEachRequestOnce(Misdeed misdeed) throws Exception {
        try (Served served = Served.by(Pool.VIRTUAL_HANDLERS, doing(misdeed, new Script()))) {
            for (int i = 0; i < 3; i++) {
                Answer answer = RawClient.once(served.port(), "/rude");
                if (misdeed.status != NO_ANSWER) {
                    assertThat(answer.status()).isEqualTo(misdeed.status);
                    assertThat(answer.ending()).isEqualTo(Answer.Ending.COMPLETE);
                }
            }

            assertThat(RawClient.once(served.port(), "/fast").isServed()).isTrue();
            ShutdownResult result = served.begin().get();
            assertThat(result.status()).isEqualTo(ShutdownResult.Status.SUCCESSFUL);
            assertThat(served.shutdown.requests().inFlight()).isZero();
            assertThat(served.shutdown.requests().endedAgain()).isZero();
        }
    }

    @Test
    void holdUpNobodyButTheirOwnClientIfTheyNeverComplete() throws Exception {
        Script script = new Script();
        try (Served served = Served.by(Pool.VIRTUAL_HANDLERS, script, Served.BRIEFLY);
                RawClient forgotten = served.client()) {
            forgotten.get("/never");
            script.awaitWaiting(1);
            assertThat(RawClient.once(served.port(), "/fast").isServed()).isTrue();

            CompletableFuture<ShutdownResult> result = served.begin();

            assertThat(forgotten.receive().isUnavailable()).isTrue();
            assertThat(result.get().stragglers()).hasSize(1);
            assertThat(result.get().errors()).isEmpty();
        }
    }
}
