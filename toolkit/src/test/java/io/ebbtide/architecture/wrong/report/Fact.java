package io.ebbtide.architecture.wrong.report;

/** Something for work to depend on that must not. */
public record Fact(String name) {}
