package io.ebbtide.servlet;

class ApplicationOnTomcatTest extends ApplicationContract {

    ApplicationOnTomcatTest() {
        super(TomcatContainer::start);
    }
}
