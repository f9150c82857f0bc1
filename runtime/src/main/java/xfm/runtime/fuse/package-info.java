/**
 * Owns loop nests: a scalar expression over strided loads becomes one kernel.
 *
 * <p>Read in this order: {@link xfm.runtime.fuse.Scalar} and {@link xfm.runtime.fuse.LoopNest} are
 * what the compiler builds; {@link xfm.runtime.fuse.LoopInterpreter} says what it means. {@link
 * xfm.runtime.fuse.Fuse} compiles it: {@code Lowering} makes it a {@code Graph} of distinct values
 * (offsets through {@code Polynomial}), {@code NestEmitter} writes the loops, {@code Emitter}
 * decides where a value is computed, {@code FoldEmitter} writes folds, {@code Instructions} single
 * operations, and {@code Parts} cuts what would be too large for HotSpot.
 *
 * <p>Imports {@code xfm.runtime.kernel.Maths} and {@code java.lang.classfile}.
 */
package xfm.runtime.fuse;
