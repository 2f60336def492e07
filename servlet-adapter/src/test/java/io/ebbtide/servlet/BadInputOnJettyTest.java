package io.ebbtide.servlet;

class BadInputOnJettyTest extends BadInputContract implements ForgottenAsyncContract {

    BadInputOnJettyTest() {
        super(JettyContainer::start);
    }

    @Override
    public Container.Factory containers() {
        return containers;
    }
}
