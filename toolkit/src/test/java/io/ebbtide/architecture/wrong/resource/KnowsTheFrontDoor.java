package io.ebbtide.architecture.wrong.resource;

import io.ebbtide.architecture.wrong.FrontDoor;

/** Points the wrong way. */
public record KnowsTheFrontDoor(FrontDoor door) {}
