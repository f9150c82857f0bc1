package xfm.cli.repl;

import java.io.IOException;
import java.util.Optional;

/** Where the REPL's inputs come from. */
interface Inputs extends AutoCloseable {
  /** The next whole input, which may be several lines; empty at the end. */
  Optional<String> next() throws IOException;

  @Override
  default void close() throws IOException {}
}
