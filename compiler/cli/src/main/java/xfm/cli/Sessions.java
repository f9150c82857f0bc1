package xfm.cli;

import java.util.List;
import java.util.Map;
import xfm.cli.host.Session;

/** Starts the language, with options of its own and the arguments of a script. */
interface Sessions {
  Session open(Map<String, String> options, List<String> arguments);
}
