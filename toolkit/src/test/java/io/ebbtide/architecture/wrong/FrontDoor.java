package io.ebbtide.architecture.wrong;

/** Something for the parts to depend on that must not. */
public record FrontDoor(String name) {}
