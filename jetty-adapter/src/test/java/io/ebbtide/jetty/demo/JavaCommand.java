package io.ebbtide.jetty.demo;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command line that runs a class of the demo in a Java process of its own. */
final class JavaCommand {

    /**
     * Native calls, as the README tells users; one short line for each record of the toolkit. The
     * others keep out of the way what belongs to a process that has lived for two seconds and to
     * nothing that is compared here, by 10 ms and more: the optimizing compiler, which is at work just
     * when the process is to end; a collection that falls into its end, and the buffers for new
     * objects of each thread that bring it near.
     */
    private static final List<String> SETTINGS =
            List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Xmn256m",
                    "-XX:TLABSize=64k",
                    "-Dstdout.encoding=UTF-8",
                    "-Dstderr.encoding=UTF-8",
                    "-Djava.util.logging.SimpleFormatter.format=%5$s%6$s%n",
                    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");

    private JavaCommand() {}

    static List<String> of(Class<?> main, List<String> arguments) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return Stream.of(
                        List.of(java, "-classpath", classPath()),
                        SETTINGS,
                        List.of(main.getName()),
                        arguments)
                .flatMap(List::stream)
                .toList();
    }

    /**
     * Everything this process can see, modules or not, and the demo itself, which may be patched
     * in.
     */
    private static String classPath() {
        return Stream.of(
                        demoClasses(),
                        System.getProperty("java.class.path", ""),
                        System.getProperty("jdk.module.path", ""))
                .flatMap(path -> Stream.of(path.split(File.pathSeparator, -1)))
                .filter(entry -> !entry.isEmpty())
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String demoClasses() {
        String file = JavaCommand.class.getSimpleName() + ".class";
        try {
            Path here =
                    Path.of(Objects.requireNonNull(JavaCommand.class.getResource(file)).toURI());
            int depth = JavaCommand.class.getName().split("\\.", -1).length;
            Path root = here;
            for (int i = 0; i < depth; i++) {
                root = Objects.requireNonNull(root.getParent());
            }
            return root.toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the demo runs from class files in a folder", e);
        }
    }
}
