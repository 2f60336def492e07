package io.ebbtide.servlet;

import org.junit.jupiter.api.Tag;

@Tag("servlet-6.0")
class ShutdownFilterOnJettyEe10Test extends ShutdownFilterContract {

    ShutdownFilterOnJettyEe10Test() {
        super(JettyEe10Container::start);
    }
}
