package io.ebbtide.servlet;

class ShutdownFilterOnTomcatTest extends ShutdownFilterContract {

    ShutdownFilterOnTomcatTest() {
        super(TomcatContainer::start);
    }
}
