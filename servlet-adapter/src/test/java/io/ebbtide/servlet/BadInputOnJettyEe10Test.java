package io.ebbtide.servlet;

import org.junit.jupiter.api.Tag;

@Tag("servlet-6.0")
class BadInputOnJettyEe10Test extends BadInputContract implements ForgottenAsyncContract {

    BadInputOnJettyEe10Test() {
        super(JettyEe10Container::start);
    }

    @Override
    public Container.Factory containers() {
        return containers;
    }
}
