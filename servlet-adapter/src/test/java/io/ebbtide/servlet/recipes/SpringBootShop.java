package io.ebbtide.servlet.recipes;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.resource.ResourceType;
import io.ebbtide.servlet.EbbtideServlets;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A Spring Boot application that Ebbtide stops. */
// [main
@SpringBootConfiguration
@EnableAutoConfiguration
public class SpringBootShop {

    /** Starts the application. */
    public static void main(String[] args) {
        StructuredShutdown shutdown = StructuredShutdown.open().handleSignals();
        SpringApplication application = new SpringApplication(SpringBootShop.class, Orders.class);
        application.setRegisterShutdownHook(false); // Ebbtide closes the context, after the drain
        application.addInitializers(
                starting -> starting.getBeanFactory().registerSingleton("shutdown", shutdown));
        ConfigurableApplicationContext spring = application.run(args);
        shutdown.register("spring", ResourceType.SERVER, spring);
    }

    /** The filter in front of all others, and the probes. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    ServletContextInitializer ebbtide(StructuredShutdown shutdown) {
        return context -> EbbtideServlets.install(context, shutdown);
    }

    /** What the application does. */
    @RestController
    public static class Orders {

        @GetMapping("/orders")
        String place() throws InterruptedException {
            return Kitchen.cook();
        }
    }
}
// main]
