package io.ebbtide.servlet;

class ShutdownFilterOnJettyTest extends ShutdownFilterContract {

    ShutdownFilterOnJettyTest() {
        super(JettyContainer::start);
    }
}
