package xfm.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import xfm.cli.host.Session;
import xfm.cli.host.Tool.LogitsRequest;

/** {@code xfm logits MODEL --tokens ... --out FILE}. */
@Command(
    name = "logits",
    description = "Run a model once and write its first result, the logits, as a NumPy file.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  xfm logits gpt2 --tokens 464,3290,318 --out logits.npy",
      "  xfm logits gpt2 --tokens 464,3290 --tokens 318 --out logits.npy",
      "  xfm logits gpt2 --tokens 464,3290 --see 'layer[3].attention.pattern' --out logits.npy",
      "  xfm logits t5 --tokens 8774,1 --decoder-tokens 0,644 --out logits.npy",
      "  xfm logits vit --input patches=image.npy --out logits.npy"
    })
final class Logits implements Runnable {
  @Spec private CommandSpec spec;

  @ParentCommand private Xfm xfm;

  @Parameters(paramLabel = "MODEL", description = "A folder in Hugging Face's layout.")
  private String model;

  @Option(
      names = "--tokens",
      paramLabel = "IDS",
      converter = TokenIds.Converter.class,
      description =
          "The sequence, as 1,2,3. Repeated, a batch of several: FILE.npy becomes FILE.0.npy,"
              + " FILE.1.npy, ... with the same numbers that each sequence gives alone.")
  private List<TokenIds> tokens = List.of();

  @Option(
      names = "--decoder-tokens",
      paramLabel = "IDS",
      converter = TokenIds.Converter.class,
      description =
          "What the decoder of an encoder-decoder reads; of a batch, once for each --tokens.")
  private List<TokenIds> decoderTokens = List.of();

  @Option(
      names = "--input",
      paramLabel = "NAME=FILE",
      description = "An input that is a tensor in a .npy file. May be repeated.")
  private Map<String, String> inputs = Map.of();

  @Option(
      names = "--xfm",
      paramLabel = "FILE",
      description = "The .xfm file that declares the model, in place of the standard library's.")
  private String program = "";

  @Option(
      names = "--see",
      paramLabel = "PATH",
      description = "A named tensor to write as well. May be repeated.")
  private List<String> see = List.of();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The .npy file to write.")
  private String out;

  @Override
  public void run() {
    if (tokens.isEmpty() && inputs.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "nothing to run over: give --tokens, or --input NAME=FILE.npy");
    }
    var request =
        new LogitsRequest(
            model,
            tokens.stream().map(TokenIds::ids).toList(),
            decoderTokens.stream().map(TokenIds::ids).toList(),
            inputs,
            program,
            see,
            out);
    try (Session session = xfm.computing(List.of())) {
      Text.print(xfm.world().err(), session.tool().logits(request));
    }
  }
}
