package io.ebbtide.resource;

import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;

/**
 * How things of known types are best closed.
 *
 * <p>Libraries that need not be there are each named by one class only, which is loaded when it is first asked. Where the
 * library is missing that fails, and nothing can be of its types.
 */
final class KnownClosings {

    /** Lambdas, not method references: those would load the classes together with this one. */
    private static final List<Function<AutoCloseable, Optional<TimedAction>>> OF_LIBRARIES =
            List.of(
                    instance -> HikariClosing.of(instance),
                    instance -> JedisClosing.of(instance),
                    instance -> HttpClientClosing.of(instance));

    private KnownClosings() {}

    static TimedAction of(String name, AutoCloseable instance) {
        return switch (instance) {
            case ExecutorService executor -> ExecutorClosing.of(name, executor);
            case Process process -> end -> ProcessClosing.close(process, end); // from JDK 26 on
            case FileChannel channel -> _ -> forceAndClose(channel);
            default -> ofLibrary(instance).orElse(_ -> instance.close());
        };
    }

    private static Optional<TimedAction> ofLibrary(AutoCloseable instance) {
        return OF_LIBRARIES.stream()
                .map(library -> ask(library, instance))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<TimedAction> ask(
            Function<AutoCloseable, Optional<TimedAction>> library, AutoCloseable instance) {
        try {
            return library.apply(instance);
        } catch (LinkageError libraryIsNotThere) {
            return Optional.empty();
        }
    }

    /** What is written and not forced is lost with the power. */
    private static void forceAndClose(FileChannel channel) throws Exception {
        try (channel) {
            if (channel.isOpen()) {
                channel.force(true);
            }
        }
    }
}
