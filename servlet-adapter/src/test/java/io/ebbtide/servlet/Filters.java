package io.ebbtide.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;

import java.util.EnumSet;

/** Other filters of an application. */
final class Filters {

    private Filters() {}

    /** Adds a filter in front of those that are added later. */
    static void addOutermost(ServletContext context, Filter filter) {
        add("outermost", context, filter, EnumSet.allOf(DispatcherType.class));
    }

    /** Adds a filter behind those that are there. */
    static void addInnermost(ServletContext context, Filter filter) {
        FilterRegistration.Dynamic registration = context.addFilter("innermost", filter);
        registration.setAsyncSupported(true);
        registration.addMappingForUrlPatterns(
                EnumSet.allOf(DispatcherType.class), /* isMatchAfter= */ true, "/*");
    }

    /** Adds a filter as an application does that knows of first dispatches only. */
    static void addForRequestsOnly(ServletContext context, Filter filter) {
        add("requests-only", context, filter, EnumSet.of(DispatcherType.REQUEST));
    }

    private static void add(
            String name,
            ServletContext context,
            Filter filter,
            EnumSet<DispatcherType> dispatches) {
        FilterRegistration.Dynamic registration = context.addFilter(name, filter);
        registration.setAsyncSupported(true);
        registration.addMappingForUrlPatterns(dispatches, /* isMatchAfter= */ false, "/*");
    }
}
