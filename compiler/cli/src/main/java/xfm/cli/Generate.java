package xfm.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import xfm.cli.host.Session;
import xfm.cli.host.Tool.Generated;

/** {@code xfm generate MODEL --prompt TEXT}. */
@Command(
    name = "generate",
    description = "Continue a text. The continuation alone goes to standard output, as it comes.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  xfm generate examples/models/shakespeare --prompt ROMEO: --max 120 --greedy",
      "  xfm generate gpt2 --prompt 'The dog' --max 50 --temperature 0.8 --top-k 40 --seed 1",
      "  xfm generate gpt2 --tokens 464,3290 --max 10 --ids"
    })
final class Generate implements Runnable {
  @ParentCommand private Xfm xfm;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "A folder in Hugging Face's layout.")
  private String model;

  @ArgGroup(multiplicity = "1")
  private Start start;

  @Option(
      names = "--max",
      paramLabel = "N",
      defaultValue = "100",
      description = "Stop after N tokens (default: ${DEFAULT-VALUE}).")
  private long max;

  @Option(names = "--temperature", paramLabel = "T", description = "Divide the logits by T.")
  private Double temperature;

  @Option(names = "--top-k", paramLabel = "K", description = "Draw from the K likeliest tokens.")
  private Long topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Draw from the likeliest tokens that have probability P together.")
  private Double topP;

  @Option(names = "--seed", paramLabel = "S", description = "The same seed draws the same text.")
  private Long seed;

  @Option(names = "--greedy", description = "Take the likeliest token each time.")
  private boolean greedy;

  @Option(
      names = "--ids",
      description = "Print token ids in place of text; so it is without a tokenizer.")
  private boolean ids;

  @Option(
      names = "--slide",
      description = "Beyond the model's context, drop the oldest text (and say what).")
  private boolean slide;

  @Option(
      names = "--xfm",
      paramLabel = "FILE",
      description = "The .xfm file that declares the model, in place of the standard library's.")
  private String program;

  static final class Start {
    @Option(names = "--prompt", paramLabel = "TEXT", description = "The text to continue.")
    private String prompt;

    @Option(
        names = "--tokens",
        paramLabel = "IDS",
        converter = TokenIds.Converter.class,
        description = "The same as token ids, 1,2,3.")
    private TokenIds tokens;
  }

  @Override
  public void run() {
    Map<String, Object> options = options();
    var out = xfm.world().out();
    try (Session session = xfm.computing(List.of())) {
      Generated made =
          session
              .tool()
              .generate(
                  model,
                  options,
                  piece -> {
                    out.print(piece);
                    out.flush();
                  });
      if (xfm.world().terminals().out()) {
        xfm.world().err().println(); // the continuation seldom ends its line
      }
      xfm.world().err().println(summary(made));
    }
  }

  private static String summary(Generated made) {
    return "%d tokens in %.2f s, %.1f tokens/s"
        .formatted(made.tokens(), made.seconds(), made.tokens() / Math.max(made.seconds(), 1e-9));
  }

  private Map<String, Object> options() {
    if (max < 1) {
      throw wrong("--max must be at least 1, but is " + max);
    }
    if (greedy && (temperature != null || topK != null || topP != null)) {
      throw wrong("--greedy draws nothing: leave out --temperature, --top-k and --top-p");
    }
    var options = new LinkedHashMap<String, Object>();
    if (start.prompt != null) {
      options.put("prompt", start.prompt);
    } else {
      options.put("tokens", start.tokens.ids());
    }
    options.put("max", max);
    put(options, "temperature", temperature);
    put(options, "topK", topK);
    put(options, "topP", topP);
    put(options, "seed", seed);
    options.put("greedy", greedy);
    options.put("ids", ids);
    options.put("slide", slide);
    put(options, "xfm", program);
    return options;
  }

  private static void put(Map<String, Object> options, String name, Object value) {
    if (value != null) {
      options.put(name, value);
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
