package xfm.language;

import com.oracle.truffle.api.Option;
import org.graalvm.options.OptionCategory;
import org.graalvm.options.OptionKey;
import org.graalvm.options.OptionStability;
import org.graalvm.options.OptionType;
import org.graalvm.polyglot.SandboxPolicy;

/** What a host can set for a context: {@code .option("xfm.Threads", "2")}. */
@Option.Group(XfmLanguage.ID)
final class XfmOptions {
  private XfmOptions() {}

  @Option(
      help = "How many threads compute; 0 takes all processors.",
      category = OptionCategory.USER,
      stability = OptionStability.STABLE,
      sandbox = SandboxPolicy.CONSTRAINED)
  static final OptionKey<Integer> Threads = new OptionKey<>(0);

  @Option(
      help = "How much memory a model may take, in bytes or as 2G; empty: what is available.",
      category = OptionCategory.USER,
      stability = OptionStability.STABLE,
      sandbox = SandboxPolicy.CONSTRAINED)
  static final OptionKey<String> Memory =
      new OptionKey<>("", new OptionType<>("size", XfmOptions::size));

  /** As it was given, if it is a size. */
  private static String size(String text) {
    if (!text.isEmpty()) {
      Bytes.parse(text);
    }
    return text;
  }

  @Option(
      help = "Whether tables and messages are coloured for a terminal.",
      category = OptionCategory.USER,
      stability = OptionStability.STABLE,
      sandbox = SandboxPolicy.CONSTRAINED)
  static final OptionKey<Boolean> Color = new OptionKey<>(false);

  @Option(
      help = "How many columns tables may take.",
      category = OptionCategory.USER,
      stability = OptionStability.STABLE,
      sandbox = SandboxPolicy.CONSTRAINED)
  static final OptionKey<Integer> Width = new OptionKey<>(100);

  @Option(
      help = "Whether standard error is a terminal: progress is shown there.",
      category = OptionCategory.USER,
      stability = OptionStability.STABLE,
      sandbox = SandboxPolicy.CONSTRAINED)
  static final OptionKey<Boolean> Terminal = new OptionKey<>(false);
}
