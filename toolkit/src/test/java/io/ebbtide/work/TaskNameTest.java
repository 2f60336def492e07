package io.ebbtide.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.concurrent.Callable;

class TaskNameTest {

    private record Mail() implements Runnable {

        @Override
        public void run() {
            throw new AssertionError("not run");
        }

        @Override
        public int hashCode() {
            throw new AssertionError("not asked");
        }

        @Override
        public boolean equals(Object other) {
            throw new AssertionError("not asked");
        }

        @Override
        public String toString() {
            throw new AssertionError("not asked");
        }
    }

    @Test
    void isTheClassOfTheTask() {
        assertThat(TaskName.of(new Mail())).isEqualTo("TaskNameTest$Mail");
        assertThat(TaskName.of(new Thread())).isEqualTo("Thread");
    }

    @Test
    void isTheClassAroundALambda() {
        Runnable lambda = () -> {};
        Callable<String> reference = "x"::toString;

        assertThat(TaskName.of(lambda)).isEqualTo("TaskNameTest lambda");
        assertThat(TaskName.of(reference)).isEqualTo("TaskNameTest lambda");
    }

    @Test
    void isThePlaceOfAnAnonymousClass() {
        Runnable anonymous =
                new Runnable() {
                    @Override
                    public void run() {
                        throw new AssertionError("not run");
                    }
                };

        assertThat(TaskName.of(anonymous)).isEqualTo("TaskNameTest$1");
    }

    @Test
    void isTheNameThatTheTaskWasGiven() {
        assertThat(TaskName.of(new NamedTask<>("mail 42", () -> ""))).isEqualTo("mail 42");
    }

    @Test
    void refusesToBeBlank() {
        assertThatThrownBy(() -> TaskName.ensureValid(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("name: a task's name must not be blank");
    }
}
