/**
 * From a lowered graph to steps that run. {@link xfm.compiler.plan.Plan} is made once for all
 * lengths: which kernel computes each equation, how each value lies in memory ({@link
 * xfm.compiler.plan.Layout}), which values share memory. {@link xfm.compiler.plan.Executor} owns
 * weights, buffers and threads, and runs plans. Imports {@code ir}, {@code rewrite} and the
 * runtime.
 */
package xfm.compiler.plan;
