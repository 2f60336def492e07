package io.ebbtide.servlet;

class BadInputOnTomcatTest extends BadInputContract implements ForgottenAsyncContract {

    BadInputOnTomcatTest() {
        super(TomcatContainer::start);
    }

    @Override
    public Container.Factory containers() {
        return containers;
    }
}
