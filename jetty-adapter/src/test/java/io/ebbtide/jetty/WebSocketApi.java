package io.ebbtide.jetty;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.server.ServerEndpointConfig;

import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.websocket.jakarta.server.config.JakartaWebSocketServletContainerInitializer;
import org.eclipse.jetty.ee11.websocket.server.config.JettyWebSocketServletContainerInitializer;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/** The APIs that WebSocket applications on Jetty are written for. Each serves a {@link Chat} at {@code /chat}. */
enum WebSocketApi {
    JETTY {
        @Override
        Handler application(Chat chat) {
            return new ContextHandler() {
                @Override
                protected void doStart() throws Exception {
                    setHandler(
                            WebSocketUpgradeHandler.from(
                                    getServer(),
                                    this,
                                    container ->
                                            container.addMapping(
                                                    "/chat", (_, _, _) -> new JettyEnd(chat))));
                    super.doStart();
                }
            };
        }
    },
    JETTY_IN_A_SERVLET_CONTEXT {
        @Override
        Handler application(Chat chat) {
            ServletContextHandler context = new ServletContextHandler();
            JettyWebSocketServletContainerInitializer.configure(
                    context,
                    (_, container) -> container.addMapping("/chat", (_, _) -> new JettyEnd(chat)));
            return context;
        }
    },
    JAKARTA {
        @Override
        Handler application(Chat chat) {
            ServletContextHandler context = new ServletContextHandler();
            ServerEndpointConfig.Configurator instances =
                    new ServerEndpointConfig.Configurator() {
                        @Override
                        public <T> T getEndpointInstance(Class<T> type) {
                            return type.cast(new JakartaEnd(chat));
                        }
                    };
            JakartaWebSocketServletContainerInitializer.configure(
                    context,
                    (_, container) ->
                            container.addEndpoint(
                                    ServerEndpointConfig.Builder.create(JakartaEnd.class, "/chat")
                                            .configurator(instances)
                                            .build()));
            return context;
        }
    };

    abstract Handler application(Chat chat);

    /** Made by the handshake, where the request's scope is bound. */
    public static final class JettyEnd implements Session.Listener.AutoDemanding {

        private final Chat chat;
        private volatile Session session;

        private JettyEnd(Chat chat) {
            this.chat = chat;
            chat.sayGoodbyeBy(this::sendIfOpen);
        }

        private void sendIfOpen(String text) {
            if (session != null) {
                send(text);
            }
        }

        @Override
        public void onWebSocketOpen(Session opened) {
            session = opened;
        }

        @Override
        public void onWebSocketText(String text) {
            chat.onText(text, this::send);
        }

        private void send(String text) {
            session.sendText(text, Callback.from(() -> {}, failed -> chat.lost.add(text)));
        }

        @Override
        public void onWebSocketClose(int code, String reason, Callback callback) {
            chat.onClose(code);
            callback.succeed();
        }

        @Override
        public void onWebSocketError(Throwable cause) {
            chat.onError(cause);
        }
    }

    /** Made by the handshake, where the request's scope is bound. */
    public static final class JakartaEnd extends Endpoint {

        private final Chat chat;
        private volatile jakarta.websocket.Session session;

        private JakartaEnd(Chat chat) {
            this.chat = chat;
            chat.sayGoodbyeBy(this::send);
        }

        @Override
        public void onOpen(jakarta.websocket.Session opened, EndpointConfig config) {
            session = opened;
            session.addMessageHandler(
                    new MessageHandler.Whole<String>() {
                        @Override
                        public void onMessage(String text) {
                            chat.onText(text, JakartaEnd.this::send);
                        }
                    });
        }

        private void send(String text) {
            session.getAsyncRemote()
                    .sendText(
                            text,
                            result -> {
                                if (!result.isOK()) {
                                    chat.lost.add(text);
                                }
                            });
        }

        @Override
        public void onClose(jakarta.websocket.Session gone, CloseReason reason) {
            chat.onClose(reason.getCloseCode().getCode());
        }

        @Override
        public void onError(jakarta.websocket.Session failed, Throwable cause) {
            chat.onError(cause);
        }
    }
}
