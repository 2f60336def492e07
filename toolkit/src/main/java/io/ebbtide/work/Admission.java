package io.ebbtide.work;

/**
 * The answer of {@link Scope#enter}: a {@link Permit} to run, or a {@link Refusal} that says why not.
 *
 * <pre>{@code
 * switch (requests.enter("GET", "/orders/42", peer)) {
 *     case Permit permit -> { try (permit) { permit.run(this::handle); } }
 *     case Refusal refusal -> answer(503);
 * }
 * }</pre>
 */
public sealed interface Admission permits Permit, Refusal {}
