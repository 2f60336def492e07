package io.ebbtide.resource;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebbtide.work.TimeSource;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Priorities do not overlap, whichever resources have which (invariant I10). */
class ResourceOrderTest {

    @Property(tries = 60)
    void neverBeginOnePriorityBeforeAllLowerOnesHaveEnded(
            @ForAll @Size(max = 8) List<@IntRange(min = 0, max = 3) Integer> priorities) {
        Resources resources = new Resources(TimeSource.system());
        List<Integer> beginsAndEnds = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < priorities.size(); i++) {
            int priority = priorities.get(i);
            Action close =
                    () -> {
                        beginsAndEnds.add(priority);
                        beginsAndEnds.add(priority);
                    };
            resources.register(
                    Resource.of("resource " + i, ResourceType.CUSTOM, close)
                            .withPriority(priority));
        }

        ResourcesTest.close(resources);

        assertThat(beginsAndEnds).hasSize(2 * priorities.size()).isSorted();
    }
}
