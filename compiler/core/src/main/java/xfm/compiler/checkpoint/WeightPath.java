package xfm.compiler.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;

/** The path of a weight, {@code layer[3].attention.query}, in its segments. */
record WeightPath(List<Segment> segments) {
  private static final Pattern SEGMENT = Pattern.compile("([^.\\[]+)(?:\\[(\\d+)])?(?:\\.|$)");

  record Segment(String name, OptionalLong index) {}

  /**
   * How a path fits the left side of a line.
   *
   * @param numbers what each letter in brackets stands for
   * @param picks which alternative was taken, for each parenthesis with more than one
   */
  record Match(Map<String, Long> numbers, List<Integer> picks) {}

  static WeightPath of(String path) {
    List<Segment> segments = new ArrayList<>();
    Matcher matcher = SEGMENT.matcher(path);
    while (matcher.find()) {
      segments.add(
          new Segment(
              matcher.group(1),
              matcher.group(2) == null
                  ? OptionalLong.empty()
                  : OptionalLong.of(Long.parseLong(matcher.group(2)))));
    }
    return new WeightPath(segments);
  }

  Optional<Match> match(List<Ast.PathSegment> line) {
    if (line.size() != segments.size()) {
      return Optional.empty();
    }
    Map<String, Long> numbers = new TreeMap<>();
    List<Integer> picks = new ArrayList<>();
    for (int i = 0; i < line.size(); i++) {
      Ast.PathSegment wanted = line.get(i);
      Segment mine = segments.get(i);
      int pick =
          IntStream.range(0, wanted.alternatives().size())
              .filter(a -> wanted.alternatives().get(a).text().equals(mine.name()))
              .findFirst()
              .orElse(-1);
      if (pick < 0 || !number(wanted.index(), mine.index(), numbers)) {
        return Optional.empty();
      }
      if (wanted.alternatives().size() > 1) {
        picks.add(pick);
      }
    }
    return Optional.of(new Match(numbers, picks));
  }

  private static boolean number(
      Optional<Expr> wanted, OptionalLong mine, Map<String, Long> numbers) {
    if (wanted.isEmpty() || mine.isEmpty()) {
      return wanted.isEmpty() && mine.isEmpty();
    }
    return switch (wanted.get()) {
      case Expr.IntLiteral literal -> literal.value() == mine.getAsLong();
      case Expr.Name letter -> {
        Long before = numbers.putIfAbsent(letter.text(), mine.getAsLong());
        yield before == null || before == mine.getAsLong();
      }
      case Expr other -> false;
    };
  }
}
