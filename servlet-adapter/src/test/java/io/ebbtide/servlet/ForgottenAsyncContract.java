package io.ebbtide.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

/** Containers that take a word on async until the filter has been initialised. Undertow does not. */
interface ForgottenAsyncContract {

    Container.Factory containers();

    @Test
    default void supportsAsynchronousRequestsWhereADeclarationHasForgottenTo() throws Exception {
        Container container =
                containers()
                        .start(
                                List.of(
                                        BadInputContract.declared(
                                                _ -> {},
                                                Routes.at(
                                                        "/async",
                                                        (request, _) ->
                                                                Routes.startAsync(request)
                                                                        .complete()))));
        try (Client client = Client.connect(container.port())) {
            assertThat(client.get("/shop/async").status()).isEqualTo(200);
        }
        container.stop();
    }
}
