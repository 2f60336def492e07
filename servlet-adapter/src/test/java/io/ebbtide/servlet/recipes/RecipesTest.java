package io.ebbtide.servlet.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** The programs of {@code docs/recipes} do what is said there, each in a process of its own that gets a SIGTERM. */
@Tag("realtime")
@Timeout(120)
class RecipesTest {

    @Test
    void springBootDrainsAndEndsCleanly() throws Exception {
        try (Child child =
                Child.start(
                        SpringBootShop.class,
                        "--server.port=0",
                        "--server.address=127.0.0.1",
                        "--spring.main.banner-mode=off")) {
            drainsAndEndsCleanly(child, "Tomcat started on port (\\d+)");
        }
    }

    @Test
    void helidonDrainsAndEndsCleanly() throws Exception {
        try (Child child = Child.start(HelidonShop.class, "0")) {
            drainsAndEndsCleanly(child, "^port (\\d+)");
        }
    }

    private static void drainsAndEndsCleanly(Child child, String port) throws Exception {
        URI service = URI.create("http://127.0.0.1:" + child.await(port));
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            assertThat(client.send(get(service, "/ready"), body()).statusCode()).isEqualTo(200);
            CompletableFuture<HttpResponse<String>> order =
                    client.sendAsync(get(service, "/orders"), body());
            child.await("cooking");

            child.terminate();
            HttpResponse<String> answer = order.get();
            int status = child.status();

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("GET /orders done");
            assertThat(answer.headers().firstValue("connection")).hasValue("close");
            assertThat(status).as("%s", child.lines()).isZero();
            assertThat(child.lines()).anyMatch(line -> line.contains("shutdown (signal TERM)"));
        }
    }

    private static HttpRequest get(URI service, String path) {
        return HttpRequest.newBuilder(service.resolve(path)).build();
    }

    private static HttpResponse.BodyHandler<String> body() {
        return HttpResponse.BodyHandlers.ofString();
    }

    @Test
    void areShownInTheDocumentsAsTheyRun() throws Exception {
        assertThat(page("spring-boot.md")).contains(program("SpringBootShop.java"));
        assertThat(page("helidon.md")).contains(program("HelidonShop.java"));
    }

    private static String page(String name) throws Exception {
        return Files.readString(Path.of("../docs/recipes", name));
    }

    private static String program(String name) throws Exception {
        String source = Files.readString(Path.of("src/test/java/io/ebbtide/servlet/recipes", name));
        int begin = source.indexOf("// [main\n") + "// [main\n".length();
        return source.substring(begin, source.indexOf("// main]"));
    }
}
