package xfm.compiler.diag;

/**
 * What a code means, for {@code xfm explain}: a test runs every example.
 *
 * @param brief in a line
 * @param meaning why it is an error, and what one does about it
 * @param wrong a short program with this error and no other; checked, or if that finds nothing, run
 * @param mend the same without it
 */
public record Explanation(String brief, String meaning, String wrong, String mend) {

  /** The explanation of a code. */
  public static Explanation of(Code code) {
    return switch (code) {
      case ENCODING ->
          new Explanation(
              "the file is no plain UTF-8 text",
              """
              A program is text in UTF-8. Control characters, and characters that change the direction
              of writing, are refused: what is read would not be what is seen.
              """,
              """
              let name = "Ro\u0007meo"
              """,
              """
              let name = "Romeo"
              """);
      case LIMIT ->
          new Explanation(
              "too long, too deep or too many",
              """
              There are bounds that no sensible program meets: brackets in brackets, calls in calls,
              layers, the length of a file. They are there so that a slip ends in a message and not in
              a machine without memory.
              """,
              """
              model deep(x: [n, d], d: int = 8) -> [n, d] {
                repeat 1_000_000 as layer[l] {
                  x += mlp(x)
                }
                return x
              }
              """,
              """
              model deep(x: [n, d], d: int = 8) -> [n, d] {
                repeat 12 as layer[l] {
                  x += mlp(x)
                }
                return x
              }
              """);
      case SYNTAX ->
          new Explanation(
              "the grammar does not allow this here",
              """
              The text cannot be read as a program from this place on. What is marked is where reading
              stopped; the slip may be just before it.
              """,
              """
              fn half(z: float) = 0.5 * * z
              """,
              """
              fn half(z: float) = 0.5 * z
              """);
      case NAME ->
          new Explanation(
              "a name that nothing defines, or that is defined twice",
              """
              A name is a parameter, a size in the type of a parameter, something defined above, a
              declaration of the file or of the standard library, or a word of the language. A name is
              defined once; only `x = …` and `x += …` without indices bind it anew.
              """,
              """
              fn scaled(z: float, factor: float) = z * facter
              """,
              """
              fn scaled(z: float, factor: float) = z * factor
              """);
      case TYPE ->
          new Explanation(
              "a value of one kind where another is needed",
              """
              Ints and floats mix; nothing else is converted silently. A comparison is a bool, and
              becomes a number by `if … then … else …`; a float becomes an int by `floor(…)`.
              """,
              """
              fn bias(i: int, j: int) = 10 * (j <= i)
              """,
              """
              fn bias(i: int, j: int) = 10 * (if j <= i then 1 else 0)
              """);
      case SHAPE ->
          new Explanation(
              "two sizes that must be the same and are not",
              """
              An index has one size in its equation: all axes that it subscripts alone must agree. What
              is returned or given has the shape that is declared. Both places are shown, and what each
              of them says. Nothing is stretched silently.
              """,
              """
              block project(x: [n, d], d_k: int) -> [n, d_k] {
                weight query: [d_k, d]
                return q[i, e] = x[i, a] * query[a, e]
              }
              """,
              """
              block project(x: [n, d], d_k: int) -> [n, d_k] {
                weight query: [d, d_k]
                return q[i, e] = x[i, a] * query[a, e]
              }
              """);
      case INDEX ->
          new Explanation(
              "an index that is unbound, out of range or ambiguous",
              """
              An index that is not on the left is summed where it stands in two factors of a product.
              In one factor only it has no meaning: write the sum. A subscript is proved to be inside
              its axis; what cannot be proved is guarded, `(x[i - 1] else 0)`, or asked for first.
              """,
              """
              block total(x: [n, d]) -> [n] {
                return y[i] = x[i, a]
              }
              """,
              """
              block total(x: [n, d]) -> [n] {
                return y[i] = sum[a](x[i, a])
              }
              """);
      case CALL ->
          new Explanation(
              "arguments that are missing, too many or misnamed",
              """
              In the call of a block only tensors go without a name. A call that lacks arguments is a
              function of the rest: good where one is asked for, and an error where its result is.
              """,
              """
              model tiny(x: [n, 8]) -> [n, 8] {
                return attention(x, head = 2)
              }
              """,
              """
              model tiny(x: [n, 8]) -> [n, 8] {
                return attention(x, heads = 2)
              }
              """);
      case RECURRENCE ->
          new Explanation(
              "an equation that reads its own name where it is not computed yet",
              """
              An equation may read its own name at other places. It is computed along one of its
              indices, place after place, so that what it reads lies before, or all of it after.
              """,
              """
              block state(x: [n, d]) -> [n, d] {
                return s[i, a] = x[i, a] + (s[i - 1, a] else 0) + (s[i + 1, a] else 0)
              }
              """,
              """
              block state(x: [n, d]) -> [n, d] {
                return s[i, a] = x[i, a] + (s[i - 1, a] else 0)
              }
              """);
      case REQUIRE ->
          new Explanation(
              "a condition on sizes that does not hold",
              """
              `require` after a header states what a declaration needs. It is assumed in the body and
              checked at every call, with the numbers of that call.
              """,
              """
              block halves(x: [n, d]) -> [n, d]
                require d % 2 == 0
              {
                return x
              }

              model tiny(x: [n, 7]) -> [n, 7] {
                return halves(x)
              }
              """,
              """
              block halves(x: [n, d]) -> [n, d]
                require d % 2 == 0
              {
                return x
              }

              model tiny(x: [n, 8]) -> [n, 8] {
                return halves(x)
              }
              """);
      case NUMBER ->
          new Explanation(
              "numbers that do not work out",
              """
              A division by zero, an int that does not fit 64 bits, or 32 where indices, lengths or
              data are in it, a quotient of ints that is not whole. `/` of two ints must come out
              whole; `//` takes the floor, and a float on one side makes an ordinary division.
              """,
              """
              model tiny(x: [n, 8]) -> [n, 8] {
                let third = 8 / 3
                return x
              }
              """,
              """
              model tiny(x: [n, 8]) -> [n, 8] {
                let third = 8 // 3
                return x
              }
              """);
      case PATH ->
          new Explanation(
              "two weights of one name, or a path that leads nowhere",
              """
              A weight is called by the path of calls that leads to it, so that files can name it. Two
              calls of one block in one scope would give the same path: label them.
              """,
              """
              model tiny(x: [n, 8]) -> [n, 8] {
                x += layer_norm(x)
                x += layer_norm(x)
                return x
              }
              """,
              """
              model tiny(x: [n, 8]) -> [n, 8] {
                x += first: layer_norm(x)
                x += second: layer_norm(x)
                return x
              }
              """);
      case CHECKPOINT ->
          new Explanation(
              "a model's files and its checkpoint section do not fit",
              """
              A checkpoint section says from which tensor of a file each weight is read. All weights
              and all tensors must be accounted for: nothing is left out silently.
              """,
              """
              model tiny(x: [n, d], d: int = 8) -> [n, d] {
                weight w: [d, d]
                return y[i, b] = x[i, a] * w[a, b]
              }

              let m = tiny.load(".")
              """,
              """
              model tiny(x: [n, d], d: int = 8) -> [n, d] {
                weight w: [d, d]
                return y[i, b] = x[i, a] * w[a, b]
              }

              checkpoint tiny {
                d = config.hidden_size
                w = "model.weight"
              }

              let m = tiny.load(".")
              """);
      case FILE ->
          new Explanation(
              "a file that cannot be read, or lies",
              """
              A path is relative to the file in which it stands. Of a model's folder every file is
              looked at before it is believed: lengths, offsets and kinds of numbers.
              """,
              """
              let speech = read("no such file.txt")
              """,
              """
              let speech = "To be, or not to be"
              """);
      case INPUT ->
          new Explanation(
              "an input that the model does not take",
              """
              A model declares what it takes: how long, and which tokens. What is given is checked when
              it is given.
              """,
              """
              model next(tokens: [n] token(10)) -> [n, 10] {
                weight table: [10, 10]
                return logits[i, w] = table[tokens[i], w]
              }

              next().logits([1, 2, 12])
              """,
              """
              model next(tokens: [n] token(10)) -> [n, 10] {
                weight table: [10, 10]
                return logits[i, w] = table[tokens[i], w]
              }

              next().logits([1, 2, 9])
              """);
      case UNSUPPORTED ->
          new Explanation(
              "read, but not meant yet, or not here",
              """
              The language has words that this version cannot do yet, or that belong elsewhere: blocks
              and equations in models, loops in scripts. They are refused, never ignored.
              """,
              """
              block below(x: [n, m]) -> [n, m] {
                return y[i, j] = cumsum[i, j](x[i, j])
              }
              """,
              """
              block below(x: [n, m]) -> [n, m] {
                return y[i, j] = cumsum[i](cumsum[j](x[i, j]))
              }
              """);
    };
  }

  /** For a reader at a terminal; what could not be seen is written as a picture of it. */
  public String text(Code code) {
    return "error[%s]: %s\n\n%s\nWrong:\n\n%s\nRight:\n\n%s"
        .formatted(code.word(), brief, meaning, shown(wrong), shown(mend));
  }

  private static String shown(String program) {
    StringBuilder text = new StringBuilder();
    program.lines().forEach(line -> text.append(line.isEmpty() ? "" : "  " + line).append('\n'));
    return text.toString().replace('\u0007', '\u2407');
  }
}
