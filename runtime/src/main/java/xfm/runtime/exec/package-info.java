/**
 * How steps run: the team of threads, how a run is cancelled, and the memory that steps borrow.
 *
 * <p>Read {@link xfm.runtime.exec.WorkerTeam} first, then {@link xfm.runtime.exec.Scratch}. Imports
 * nothing of xfm.
 */
package xfm.runtime.exec;
