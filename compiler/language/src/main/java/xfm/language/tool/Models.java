package xfm.language.tool;

import java.nio.file.Path;
import java.util.Optional;
import xfm.compiler.program.Model;
import xfm.compiler.program.Program;
import xfm.language.XfmContext;

/** Models of the command line: a folder, and perhaps a file that says how to read it. */
final class Models {
  private Models() {}

  /** An empty {@code xfm} means the standard library. */
  static Model find(XfmContext context, String folder, String xfm) {
    return context.prepare(Program.find(context.files().path(folder, null), file(context, xfm)));
  }

  /** The file of that name; of "" none. */
  static Optional<Path> file(XfmContext context, String xfm) {
    return xfm.isEmpty() ? Optional.empty() : Optional.of(context.files().path(xfm, null));
  }
}
