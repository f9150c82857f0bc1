/**
 * Which set of kernels this JVM runs ({@link xfm.runtime.kernel.Kernels}) and what the machine
 * under it can do ({@link xfm.runtime.kernel.Machine}). Each operation has a package of its own
 * below.
 */
package xfm.runtime.kernel;
