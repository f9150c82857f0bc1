package xfm.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import xfm.cli.host.Session;
import xfm.cli.host.Version;
import xfm.cli.host.World;

/** The command {@code xfm} itself: the list of the others, and what they share. */
@Command(
    name = "xfm",
    description = "A language for transformers: declared as equations, compiled for the JVM.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Xfm.Versions.class,
    subcommands = {
      Run.class,
      ReplCommand.class,
      Check.class,
      Explain.class,
      Fmt.class,
      Dump.class,
      Account.class,
      Names.class,
      Logits.class,
      Generate.class,
      Doctor.class,
      Test.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  xfm run examples/shakespeare.xfm",
      "  xfm check my.xfm",
      "  xfm account my.xfm#gpt --set d=12288 heads=96 layers=96",
      "  xfm generate examples/models/shakespeare --prompt ROMEO: --max 120",
      "",
      "Exit codes: 0 fine, 1 an error in what was given, 2 wrong usage, 70 a bug in xfm.",
      "Each command has its own --help with examples."
    })
final class Xfm implements Runnable {
  /** The commands that run models, which {@code --threads} and {@code --memory} are for. */
  static final List<String> RUNNING = List.of("run", "repl", "logits", "generate");

  private final World world;
  private final Sessions sessions;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the versions of xfm and Java.")
  private boolean version;

  private final Map<String, String> options = new LinkedHashMap<>();

  Xfm(World world, Sessions sessions) {
    this.world = world;
    this.sessions = sessions;
  }

  @Option(
      names = "--threads",
      paramLabel = "N",
      scope = ScopeType.INHERIT,
      description =
          "Compute on N threads. The results are the same bits for every N. Default: one for each "
              + "processor.")
  private void setThreads(int n) {
    if (n < 1 || n > 1024) {
      throw new ParameterException(
          spec.commandLine(), "--threads must be from 1 to 1024, but is " + n);
    }
    options.put("Threads", "" + n);
  }

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      scope = ScopeType.INHERIT,
      description =
          "Refuse to run what takes more memory, as 2G or 512M. Default: what is available.")
  private void setMemory(String size) {
    if (!size.matches("[0-9]{1,15}(\\.[0-9]{1,9})?[KMGTkmgt]?[Bb]?")) {
      throw new ParameterException(
          spec.commandLine(), "--memory is a size, as 2G or 512M, but is '" + size + "'");
    }
    options.put("Memory", size);
  }

  /** The process around the command. */
  World world() {
    return world;
  }

  /** Starts the language for a command that runs no model. */
  Session session() {
    if (!options.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--threads and --memory are for what runs models: " + String.join(", ", RUNNING));
    }
    return computing(List.of());
  }

  /** Starts the language for a command that computes, or a script with arguments. */
  Session computing(List<String> arguments) {
    return sessions.open(options, arguments);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  static final class Versions implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "xfm " + Version.xfm(), "Java " + Version.java(), Version.system(),
      };
    }
  }
}
