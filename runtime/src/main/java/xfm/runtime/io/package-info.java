/**
 * Strict readers and atomic writers of files: safetensors, checkpoints of several of them, npy and
 * small JSON.
 *
 * <p>Whatever the bytes are, a reader ends in a value or in a {@link
 * xfm.runtime.io.FormatException}: counts are compared with the bytes that are there before
 * anything is allocated for them, and sums and products of file contents are checked for overflow.
 * A writer leaves the old file or the new one, never a part.
 *
 * <p>Imports {@code xfm.runtime.tensor}. Read FormatException and Inputs, then SafetensorsHeader,
 * SafetensorsFile and Checkpoint; Npy; JsonValue and Json; AtomicFile with the writers.
 */
package xfm.runtime.io;
