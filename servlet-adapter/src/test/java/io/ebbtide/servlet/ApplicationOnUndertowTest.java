package io.ebbtide.servlet;

import org.junit.jupiter.api.Tag;

@Tag("servlet-6.0")
class ApplicationOnUndertowTest extends ApplicationContract {

    ApplicationOnUndertowTest() {
        super(UndertowContainer::start);
    }
}
