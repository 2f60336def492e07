package io.ebbtide.work;

import java.util.Objects;

/** What reports call a task. */
final class TaskName {

    /** Of classes, since neither equals nor toString of somebody's task is ours to call. */
    private static final ClassValue<String> NAMES =
            new ClassValue<>() {
                @Override
                protected String computeValue(Class<?> type) {
                    return nameOf(type);
                }
            };

    private TaskName() {}

    /** {@return the name that the task was given; its class if there is none, and for a lambda the class around it} */
    static String of(Object task) {
        return task instanceof NamedTask<?> named ? named.name() : NAMES.get(task.getClass());
    }

    /**
     * {@return {@code name}, which a user chose}
     *
     * @throws IllegalArgumentException if it is blank
     */
    static String ensureValid(String name) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("name: a task's name must not be blank");
        }
        return name;
    }

    private static String nameOf(Class<?> type) {
        String name = type.getName();
        int lambda = name.indexOf("$$Lambda");
        String whole = lambda < 0 ? name : name.substring(0, lambda) + " lambda";
        return whole.substring(type.getPackageName().length()).replaceFirst("^\\.", "");
    }
}
