package xfm.language;

import com.oracle.truffle.api.TruffleFile;
import com.oracle.truffle.api.TruffleLanguage;
import com.oracle.truffle.api.nodes.Node;
import com.oracle.truffle.api.source.SourceSection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;

/**
 * The files that scripts name. One rule: a relative path is relative to the folder of the text in
 * which the call stands; where that text has no file (a console, a host's own text), to the working
 * directory. What the host does not allow is refused.
 */
public final class Files {
  private final TruffleLanguage.Env env;

  Files(TruffleLanguage.Env env) {
    this.env = env;
  }

  /** The folder that the imports of a text are relative to; none where no file may be read. */
  Optional<Path> folder(Optional<String> path) {
    if (!env.isFileIOAllowed()) {
      return Optional.empty();
    }
    TruffleFile folder =
        path.map(p -> env.getPublicTruffleFile(p).getAbsoluteFile().getParent())
            .orElseGet(env::getCurrentWorkingDirectory);
    return Optional.of(Path.of(folder.getPath()));
  }

  /**
   * A file or folder that is there.
   *
   * @param location where the call stands; null when the host calls
   * @throws XfmException if it is not there, or the host forbids it
   */
  public TruffleFile existing(String path, Node location) {
    TruffleFile file = resolve(path, location);
    boolean exists;
    try {
      exists = file.exists();
    } catch (SecurityException _) {
      throw denied();
    }
    if (!exists) {
      Diagnostic none = Diagnostic.of(Code.FILE, "there is no file or folder `" + path + "`");
      boolean whole = file.getPath().equals(path);
      throw (whole ? none : none.note("looked for " + file.getPath())).raise();
    }
    return file;
  }

  /** The same as a path, for readers that map files; as short as messages should show it. */
  public Path path(String path, Node location) {
    Path whole = Path.of(existing(path, location).getPath());
    Path here = Path.of("").toAbsolutePath();
    return whole.startsWith(here) && !whole.equals(here) ? here.relativize(whole) : whole;
  }

  /** Where a file of that name would be, whether or not it is there. */
  public Path target(String path, Node location) {
    return Path.of(resolve(path, location).getPath());
  }

  /**
   * Where a file of that name can be written; one that is not there is tried and taken away again.
   *
   * @param ending what its name must end in
   * @throws XfmException if it cannot be written, or the host forbids it
   */
  public Path writable(String path, String ending, Node location) {
    if (!path.endsWith(ending)) {
      throw Diagnostic.of(Code.FILE, "the name of the file must end in " + ending)
          .note("it is `" + path + "`")
          .raise();
    }
    TruffleFile file = resolve(path, location);
    try {
      boolean there = file.exists();
      file.newByteChannel(Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND)).close();
      if (!there) {
        file.delete();
      }
    } catch (NoSuchFileException _) {
      throw Diagnostic.of(Code.FILE, "there is no folder to write `" + path + "` in")
          .note("looked for " + file.getParent())
          .raise();
    } catch (IOException e) {
      String why = file.isDirectory() ? "it is a folder" : String.valueOf(e.getMessage());
      throw Diagnostic.of(Code.FILE, "`" + path + "` cannot be written").note(why).raise();
    } catch (SecurityException | UnsupportedOperationException _) {
      throw Diagnostic.of(Code.FILE, "the host does not let scripts write files").raise();
    }
    return Path.of(file.getPath());
  }

  private TruffleFile resolve(String path, Node location) {
    if (!env.isFileIOAllowed()) {
      throw denied();
    }
    try {
      TruffleFile named = env.getPublicTruffleFile(path);
      if (named.isAbsolute()) {
        return named.normalize();
      }
      Optional<String> text = text(location);
      TruffleFile folder =
          text.map(t -> env.getPublicTruffleFile(t).getAbsoluteFile().getParent())
              .orElseGet(env::getCurrentWorkingDirectory);
      return folder.resolve(path).normalize();
    } catch (SecurityException _) {
      throw denied();
    } catch (IllegalArgumentException _) {
      throw Diagnostic.of(Code.FILE, "`" + path + "` cannot be the name of a file").raise();
    }
  }

  /** The path of the text in which a node stands. */
  private static Optional<String> text(Node location) {
    SourceSection section = location == null ? null : location.getEncapsulatingSourceSection();
    return section == null ? Optional.empty() : Optional.ofNullable(section.getSource().getPath());
  }

  private static XfmException denied() {
    return Diagnostic.of(Code.FILE, "the host does not let scripts use files")
        .help("a Java host allows it with `Context.newBuilder().allowIO(IOAccess.ALL)`")
        .raise();
  }

  /**
   * The text in a file.
   *
   * @throws XfmException if it cannot be read or is not UTF-8
   */
  public String text(String path, Node location) {
    TruffleFile file = existing(path, location);
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(file.readAllBytes()))
          .toString();
    } catch (CharacterCodingException _) {
      throw Diagnostic.of(Code.ENCODING, "`" + path + "` is not UTF-8 text").raise();
    } catch (NoSuchFileException _) {
      throw Diagnostic.of(Code.FILE, "there is no file `" + path + "`").raise();
    } catch (IOException e) {
      String why = file.isDirectory() ? "it is a folder" : String.valueOf(e.getMessage());
      throw Diagnostic.of(Code.FILE, "`" + path + "` cannot be read").note(why).raise();
    } catch (SecurityException _) {
      throw denied();
    }
  }
}
