package xfm.language.model;

import com.oracle.truffle.api.interop.ArityException;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.UnsupportedMessageException;
import com.oracle.truffle.api.interop.UnsupportedTypeException;
import com.oracle.truffle.api.nodes.Node;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.generate.Beams;
import xfm.compiler.generate.Generator;
import xfm.compiler.generate.Sampler;
import xfm.compiler.generate.Sampling;
import xfm.compiler.generate.TokenModel;
import xfm.compiler.program.Model;
import xfm.language.XfmContext;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.io.FormatException;
import xfm.runtime.text.Tokenizer;

/**
 * Writing a text with a model, piece by piece into a callback.
 *
 * @param max at most so many tokens
 * @param slide whether the start of a text longer than the context is dropped
 * @param ends where the text begins and ends
 */
public record Generation(
    ModelValue of, int[] prompt, long max, Sampling sampling, boolean slide, Ends ends) {

  /**
   * Tokens where a text begins and ends.
   *
   * @param start of what a model with an encoder writes; absent: as its checkpoint section says
   * @param stops those after which nothing follows
   */
  public record Ends(OptionalInt start, Set<Integer> stops) {
    /** As the model's checkpoint section says. */
    public static Ends of(Model model) {
      return new Ends(model.start(), model.stops());
    }
  }

  /** What pieces are. */
  public enum As {
    /** Text where there is a tokenizer that can be read, else tokens. */
    TEXT_OR_TOKENS,
    /** Text where there is a tokenizer that can be read, else as {@link #IDS}. */
    TEXT_OR_IDS,
    /** Texts of numbers, with a space between two. */
    IDS
  }

  /** What was written; without a tokenizer there is no text. */
  public record Written(Optional<String> text, int[] tokens, double seconds) {}

  /**
   * Writes.
   *
   * @param on is called with each piece of text, or where there is none with each token
   * @param as what pieces are
   * @param location the call, or null when a host calls
   */
  public Written run(XfmContext context, Optional<Object> on, As as, Node location) {
    Model model = of.model();
    TokenModel reader = TokenModel.of(model);
    of.sayInitial(context);
    Cancellation cancellation = Runs.cancellation(location);
    Generator generator =
        new Generator(
            reader.after(prompt, cancellation), reader.context(), ends.stops()::contains, slide);
    Pieces pieces =
        new Pieces(
            tokenizer(model, as),
            as != As.TEXT_OR_TOKENS,
            piece -> on.ifPresent(f -> call(f, piece)));
    int[] begin = begin(reader);
    generator.check(begin.length, max);
    reader.reserve(prompt.length, begin.length, max, 1);
    long start = System.nanoTime();
    int[] tokens =
        generator.generate(
            begin,
            max,
            new Sampler(sampling),
            pieces::add,
            () -> of.saySliding(context, reader.context().orElseThrow()));
    pieces.finish();
    return new Written(pieces.text(), tokens, (System.nanoTime() - start) / 1e9);
  }

  /** What the text that grows begins with. */
  private int[] begin(TokenModel reader) {
    return reader.hasEncoder()
        ? new int[] {ends.start().isPresent() ? ends.start().getAsInt() : reader.start()}
        : prompt;
  }

  /** The likeliest texts that a search with so many beams finds, likeliest first. */
  List<Beams.Found> search(XfmContext context, int beams, Node location) {
    TokenModel reader = TokenModel.of(of.model());
    of.sayInitial(context);
    Cancellation cancellation = Runs.cancellation(location);
    int[] begin = begin(reader);
    Beams search =
        new Beams(
            reader.afterEach(prompt, cancellation),
            reader.context(),
            ends.stops()::contains,
            beams);
    search.check(begin.length, max);
    reader.reserve(prompt.length, begin.length, max, beams);
    return search.search(begin, max);
  }

  private static Optional<Tokenizer> tokenizer(Model model, As as) {
    try {
      return as == As.IDS ? Optional.empty() : model.tokenizer();
    } catch (FormatException _) {
      return Optional.empty();
    }
  }

  private static void call(Object function, Object piece) {
    try {
      InteropLibrary.getUncached().execute(function, piece);
    } catch (ArityException | UnsupportedTypeException | UnsupportedMessageException e) {
      throw Diagnostic.of(Code.CALL, "`on` takes one argument, the piece of text that was written")
          .note(String.valueOf(e.getMessage()))
          .raise();
    }
  }
}
