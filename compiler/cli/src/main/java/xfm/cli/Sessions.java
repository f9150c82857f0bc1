package xfm.cli;

import java.util.List;
import java.util.OptionalInt;
import xfm.cli.host.Session;

/** Starts the language, on a number of threads and with the arguments of a script. */
interface Sessions {
  Session open(OptionalInt threads, List<String> arguments);
}
