package io.ebbtide.architecture.wrong.stray;

/** Lives in a package that no arrow leads to. */
public final class Stray {}
