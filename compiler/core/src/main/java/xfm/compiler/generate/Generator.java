package xfm.compiler.generate;

import java.util.Arrays;
import java.util.OptionalLong;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;

/**
 * Goes on with a text, token by token.
 *
 * @param scores what follows, for any text of at most {@code context} tokens
 * @param context the longest text that {@code scores} takes, if there is a limit
 * @param stops whether nothing follows a token, which is then no part of the result
 * @param slide whether a longer text is cut at its start to the last {@code context} tokens
 */
public record Generator(Scores scores, OptionalLong context, IntPredicate stops, boolean slide) {

  /** A score for each token of the vocabulary to come after a text. */
  @FunctionalInterface
  public interface Scores {
    float[] after(int[] tokens);
  }

  /**
   * What follows a prompt: at most {@code max} tokens.
   *
   * @param each gets every token as soon as it is chosen
   * @param sliding runs before the first token for which the start of the text is dropped
   * @throws XfmException if the prompt is empty, {@code max} is negative, or the text would become
   *     longer than the context and may not slide
   */
  public int[] generate(
      int[] prompt, long max, Sampler sampler, IntConsumer each, Runnable sliding) {
    check(prompt.length, max);
    int[] text = Arrays.copyOf(prompt, prompt.length);
    int length = prompt.length;
    boolean slid = false;
    for (long step = 0; step < max; step++) {
      int start = Math.toIntExact(Math.max(0, length - context.orElse(Long.MAX_VALUE)));
      if (start > 0 && !slid) {
        slid = true;
        sliding.run();
      }
      int token = sampler.choose(scores.after(Arrays.copyOfRange(text, start, length)), step);
      if (stops.test(token)) {
        break;
      }
      if (length == text.length) {
        text = Arrays.copyOf(text, Math.addExact(length, length / 2 + 16));
      }
      text[length++] = token;
      each.accept(token);
    }
    return Arrays.copyOfRange(text, prompt.length, length);
  }

  /**
   * Refuses what cannot be written.
   *
   * @throws XfmException as {@link #generate} says
   */
  public void check(int prompt, long max) {
    if (prompt == 0) {
      throw Diagnostic.of(Code.INPUT, "the prompt is empty")
          .help("a model goes on with a text: give it one token at least")
          .raise();
    }
    if (max < 0) {
      throw Diagnostic.of(Code.INPUT, "the number of tokens to write is negative: " + max).raise();
    }
    if (slide || context.isEmpty()) {
      return;
    }
    long limit = context.getAsLong();
    // The last token that is written is not read again.
    if (max > 0 && (prompt > limit || max - 1 > limit - prompt)) {
      String what =
          prompt > limit
              ? "the prompt has " + tokens(prompt)
              : tokens(prompt) + " and " + max + " to be written make " + (prompt + max);
      throw Diagnostic.of(Code.INPUT, "the text becomes longer than the model's context")
          .note(what + "; the context is " + limit)
          .help("write fewer, or let the start of the text be dropped: `slide = true` (--slide)")
          .raise();
    }
  }

  /** {@code 1 token}, {@code 2 tokens}. */
  static String tokens(long count) {
    return count == 1 ? "1 token" : count + " tokens";
  }
}
