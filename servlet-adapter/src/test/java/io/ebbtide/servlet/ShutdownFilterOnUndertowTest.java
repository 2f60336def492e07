package io.ebbtide.servlet;

import org.junit.jupiter.api.Tag;

@Tag("servlet-6.0")
class ShutdownFilterOnUndertowTest extends ShutdownFilterContract {

    ShutdownFilterOnUndertowTest() {
        super(UndertowContainer::start);
    }
}
