package io.ebbtide.servlet;

import org.junit.jupiter.api.Tag;

@Tag("servlet-6.0")
class BadInputOnUndertowTest extends BadInputContract {

    BadInputOnUndertowTest() {
        super(UndertowContainer::start);
    }
}
