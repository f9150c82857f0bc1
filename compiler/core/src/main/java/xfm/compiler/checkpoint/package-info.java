/**
 * Model folders: how the {@code checkpoint} section of a program sets the model's sizes from {@code
 * config.json}, and which tensor of the file becomes which weight. Nothing about any published
 * model is written in Java.
 *
 * <p>A section applies to a folder when its name is the folder's {@code model_type}, or, where it
 * has lines {@code require config.model_type == "…"}, when those hold. The section called {@code
 * any} reads no model: the keys that it ignores are ignored for all of them.
 *
 * <p>Read CheckpointPlan, then Formula (right sides), Keys (that nothing of the configuration is
 * passed over), Route (lines meet weights), Matching (weights meet tensors), View (transforms);
 * Guess and Proposal write a section for a folder that none reads yet.
 */
package xfm.compiler.checkpoint;
