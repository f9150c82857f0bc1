package xfm.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import xfm.cli.host.Session;
import xfm.cli.host.Tool.LogitsRequest;

/** {@code xfm logits MODEL --tokens ... --out FILE}. */
@Command(
    name = "logits",
    description = "Run a model once over token ids and write its logits as a NumPy file.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  xfm logits gpt2 --tokens 464,3290,318 --out logits.npy",
      "  xfm logits gpt2 --tokens 464,3290 --see 'layer[3].attention.pattern' --out logits.npy",
      "  xfm logits t5 --tokens 8774,1 --decoder-tokens 0,644 --out logits.npy"
    })
final class Logits implements Runnable {
  @ParentCommand private Xfm xfm;

  @Parameters(paramLabel = "MODEL", description = "A folder in Hugging Face's layout.")
  private String model;

  @Option(
      names = "--tokens",
      required = true,
      paramLabel = "IDS",
      converter = TokenIds.Converter.class,
      description = "The sequence, as 1,2,3.")
  private TokenIds tokens;

  @Option(
      names = "--decoder-tokens",
      paramLabel = "IDS",
      converter = TokenIds.Converter.class,
      description = "What the decoder of an encoder-decoder reads.")
  private TokenIds decoderTokens = TokenIds.NONE;

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
    var request = new LogitsRequest(model, tokens.ids(), decoderTokens.ids(), program, see, out);
    try (Session session = xfm.session()) {
      Text.print(xfm.world().err(), session.tool().logits(request));
    }
  }
}
