package io.ebbtide.servlet;

import io.ebbtide.StructuredShutdown;
import io.ebbtide.servlet.shop.ShopServlet;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** A web application in a folder, with our jars in its own {@code lib}. */
final class WebArchive {

    private WebArchive() {}

    /** @param parameters more context parameters, as they stand in a descriptor */
    static Path writeTo(Path folder, String parameters) throws Exception {
        Path inf = folder.resolve("WEB-INF");
        Files.createDirectories(inf.resolve("lib"));
        pack(StructuredShutdown.class, inf.resolve("lib/toolkit.jar"));
        pack(ShutdownFilter.class, inf.resolve("lib/servlet.jar"));
        String name = ShopServlet.class.getName().replace('.', '/') + ".class";
        Path target = inf.resolve("classes").resolve(name);
        Files.createDirectories(target.getParent());
        Files.copy(classesOf(ShopServlet.class).resolve(name), target);
        Files.writeString(inf.resolve("web.xml"), descriptor(parameters));
        return folder;
    }

    static String parameter(String name, String value) {
        return "<context-param><param-name>%s</param-name><param-value>%s</param-value></context-param>"
                .formatted(name, value);
    }

    private static String descriptor(String parameters) {
        return """
        <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
          %s
          <servlet>
            <servlet-name>shop</servlet-name>
            <servlet-class>%s</servlet-class>
            <load-on-startup>1</load-on-startup>
            <async-supported>true</async-supported>
          </servlet>
          <servlet-mapping><servlet-name>shop</servlet-name><url-pattern>/*</url-pattern></servlet-mapping>
        </web-app>
        """
                .formatted(parameters, ShopServlet.class.getName());
    }

    private static Path classesOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /** Packs what was compiled together with {@code type}; it may be in a jar already. */
    private static void pack(Class<?> type, Path jar) throws IOException, URISyntaxException {
        Path classes = classesOf(type);
        if (Files.isRegularFile(classes)) {
            Files.copy(classes, jar);
            return;
        }
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream packed = new JarOutputStream(out);
                var files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                packed.putNextEntry(
                        new JarEntry(classes.relativize(file).toString().replace('\\', '/')));
                Files.copy(file, packed);
                packed.closeEntry();
            }
        }
    }
}
