package xfm.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Standard error as the user sees it.
 *
 * <p>A JVM that resolves an incubator module prints a warning which no flag removes. So the
 * launcher starts it with standard error on a pipe to a filter that drops that line, and the true
 * standard error as descriptor 3. Here, once the line is out of the way, descriptor 3 becomes
 * standard error again: terminals, ordering and files then work as if nothing had been done. A JVM
 * that dies before this point has said why to the filter, which passes it on.
 */
final class StandardError {
  private StandardError() {}

  /** Undoes the launcher's redirection, if there is one. */
  static void restore() {
    if (Boolean.getBoolean("xfm.stderr3")) {
      duplicate(3, 2);
    }
  }

  @SuppressWarnings("restricted") // the launcher enables native access for this module
  private static void duplicate(int from, int to) {
    Linker linker = Linker.nativeLinker();
    MethodHandle dup2 =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("dup2"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try {
      int result = (int) dup2.invokeExact(from, to);
      assert result == to : "dup2 failed";
    } catch (Throwable e) {
      throw new AssertionError("dup2 declares no exception", e);
    }
  }
}
