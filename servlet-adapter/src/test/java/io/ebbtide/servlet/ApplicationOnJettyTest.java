package io.ebbtide.servlet;

class ApplicationOnJettyTest extends ApplicationContract {

    ApplicationOnJettyTest() {
        super(JettyContainer::start);
    }
}
