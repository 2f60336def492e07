package io.ebbtide.servlet;

import org.junit.jupiter.api.Tag;

@Tag("servlet-6.0")
class ApplicationOnJettyEe10Test extends ApplicationContract {

    ApplicationOnJettyEe10Test() {
        super(JettyEe10Container::start);
    }
}
