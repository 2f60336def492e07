package io.ebbtide.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.work.FakeTime;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What keeps an application from starting, and what the message says. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
abstract class BadInputContract {

    final Container.Factory containers;

    BadInputContract(Container.Factory containers) {
        this.containers = containers;
    }

    private void expectFailure(Container.Application application, String... words) {
        assertThatThrownBy(() -> containers.start(List.of(application)).stop())
                .satisfies(
                        failure ->
                                assertThat(messages(failure))
                                        .as("messages of %s", failure)
                                        .contains(words));
    }

    private static String messages(Throwable failure) {
        StringBuilder all = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            all.append(cause.getMessage()).append('\n');
        }
        return all.toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ebbtide.drian-timeout  | 10s   | drain-timeout
                    ebbtide.drain-timeout  | ten   | a duration such as 10s
                    ebbtide.drain-timeout  | 1h    | gracefulTimeout
                    ebbtide.retry-after    | soon  | a duration such as 10s
                    ebbtide.retry-after    | -1s   | allowed is zero or more
                    ebbtide.readiness-path | ready | begins with /
                    ebbtide.status-path    | /live | allowed is one of its own
                    ebbtide.exempt         | /a/*  | an exact path
                    ebbtide.enabled        | yes   | allowed is true or false
                    """)
    void namesAContextParameterThatItCannotUse(String name, String value, String allowed) {
        expectFailure(
                Deployment.switchedOn("/shop", new Routes()).with(Map.of(name, value)).application,
                allowed);
    }

    @Test
    void namesTheApplicationThatHasTwoShutdowns() {
        expectFailure(
                Deployment.switchedOn("/shop", new Routes())
                        .application
                        .declaring(ShutdownContextListener.class),
                "'/shop' has a shutdown already",
                "allowed is one of");
    }

    @Test
    void namesThePathThatIsTaken() {
        expectFailure(
                Container.Application.at(
                        "/shop",
                        context -> {
                            context.addServlet("mine", new LivenessServlet()).addMapping("/ready");
                            EbbtideServlets.install(context, shutdown());
                        }),
                "'/shop' has a servlet at [/ready] already",
                "allowed for READINESS is another path, or none");
    }

    @Test
    void namesAnInitParameterOfTheFilterThatIsUnknown() {
        expectFailure(
                declared(filter -> filter.setInitParameter("retryafter", "1s")),
                "filter 'declared'",
                "init parameter 'retryafter' is unknown",
                "[exempt, retry-after]");
    }

    @Test
    void namesADurationOfTheFilterThatCannotBeRead() {
        expectFailure(
                declared(filter -> filter.setInitParameter("retry-after", "1 second")),
                "filter 'declared'",
                "retry-after: cannot read '1 second'");
    }

    @Test
    void saysWhereAFilterLooksForItsShutdown() {
        expectFailure(
                Container.Application.at(
                        "/shop",
                        context -> map(context.addFilter("declared", ShutdownFilter.class), "/*")),
                "'/shop' has no shutdown as its attribute " + EbbtideServlets.SHUTDOWN,
                "declare the listener");
    }

    @Test
    void namesTheFiltersOfWhichOneIsTooMany() {
        expectFailure(
                Container.Application.at(
                        "/shop",
                        context -> {
                            EbbtideServlets.install(context, shutdown());
                            map(context.addFilter("declared", ShutdownFilter.class), "/*");
                        }),
                "'/shop' has [declared, ebbtide-shutdown]",
                "allowed is one filter of this kind");
    }

    @Test
    void namesTheMappingsThatOverlap() {
        expectFailure(
                declared(filter -> map(filter, "/api/*")),
                "filter 'declared' is mapped to",
                "/api/*",
                "allowed is one mapping, /*");
    }

    @Test
    void takesMappingsThatAreApart() throws Exception {
        Container container =
                containers.start(
                        List.of(
                                Container.Application.at(
                                        "",
                                        context -> {
                                            publish(context);
                                            FilterRegistration.Dynamic filter =
                                                    context.addFilter(
                                                            "declared", ShutdownFilter.class);
                                            map(filter, "/api/*");
                                            map(filter, "/shop/*");
                                            Routes.at("/api/hello", (_, _) -> {}).addTo(context);
                                        })));
        try (Client client = Client.connect(container.port())) {
            assertThat(client.get("/api/hello").status()).isEqualTo(200);
        }
        container.stop();
    }

    @Test
    void seesToItThatADeclaredFilterSupportsAsynchronousRequests() throws Exception {
        Routes routes = Routes.at("/async", (request, _) -> Routes.startAsync(request).complete());
        Container.Application application =
                Container.Application.at(
                        "/shop",
                        context -> {
                            publish(context);
                            map(context.addFilter("declared", ShutdownFilter.class), "/*");
                            routes.addTo(context);
                            new ShutdownInitializer().onStartup(Set.of(), context); // it is found
                        });
        Container container = containers.start(List.of(application));
        try (Client client = Client.connect(container.port())) {
            assertThat(client.get("/shop/async").status()).isEqualTo(200);
        }
        container.stop();
    }

    /** What is done to a filter that is declared for all paths, without a word on async. */
    interface Declaration {
        void change(FilterRegistration.Dynamic filter);
    }

    private static Container.Application declared(Declaration declaration) {
        return declared(declaration, new Routes());
    }

    static Container.Application declared(Declaration declaration, Routes routes) {
        return Container.Application.at(
                "/shop",
                context -> {
                    publish(context);
                    FilterRegistration.Dynamic filter =
                            context.addFilter("declared", ShutdownFilter.class);
                    map(filter, "/*");
                    declaration.change(filter);
                    routes.addTo(context);
                });
    }

    private static void map(FilterRegistration.Dynamic filter, String pattern) {
        filter.addMappingForUrlPatterns(
                EnumSet.of(DispatcherType.REQUEST), /* isMatchAfter= */ true, pattern);
    }

    private static void publish(ServletContext context) {
        context.setAttribute(EbbtideServlets.SHUTDOWN, shutdown());
    }

    private static StructuredShutdown shutdown() {
        return StructuredShutdown.open(Service.CONFIG, new FakeTime());
    }
}
