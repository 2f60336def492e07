/**
 * Everything that runs: scopes and what is in them.
 *
 * <p>A {@link io.ebbtide.work.Scope} is a named set of running work, and scopes form a tree. Draining is joining a scope,
 * forcing is cancelling one, and nothing else knows how to wait. What is in a scope:
 *
 * <ul>
 *   <li>requests, which threads of somebody else's bring in: {@link io.ebbtide.work.Scope#enter} gives a {@link
 *       io.ebbtide.work.Permit}, or a {@link io.ebbtide.work.Refusal};
 *   <li>forks, each on a thread of its own: {@link io.ebbtide.work.Fork}; a request's own parts are {@link
 *       io.ebbtide.work.Subtasks};
 *   <li>tasks, handed to a {@link io.ebbtide.work.ShutdownAwareExecutor};
 *   <li>tasks that live as long as the service: {@link io.ebbtide.work.BackgroundTasks};
 *   <li>requests on connections that somebody has to close: {@link io.ebbtide.work.ConnectionTracker}.
 * </ul>
 *
 * <p>Code inside finds itself with {@link io.ebbtide.work.RequestScope#current()}. Time is a {@link
 * io.ebbtide.work.TimeSource}, and waiting is part of it; {@link io.ebbtide.work.FakeTime} is for tests. One {@link
 * io.ebbtide.work.Deadline} travels inside.
 *
 * <p>This package knows nobody else's.
 */
package io.ebbtide.work;
