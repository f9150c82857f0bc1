package xfm.compiler.account;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Paths that differ in their layers only. */
final class Layers {
  private static final Pattern NUMBER = Pattern.compile("\\[(\\d+)]");

  private Layers() {}

  /** {@code layer[].attention.query}. */
  static String pattern(String path) {
    return NUMBER.matcher(path).replaceAll("[]");
  }

  /** How many different layers paths begin with: {@code layer[0]}, {@code encoder[5]}. */
  static int count(Collection<String> paths) {
    Set<String> layers = new HashSet<>();
    for (String path : paths) {
      Matcher matcher = NUMBER.matcher(path);
      if (matcher.find()) {
        layers.add(path.substring(0, matcher.end()));
      }
    }
    return layers.size();
  }

  /** Everything that the path is inside of, outermost first. */
  static List<String> prefixes(String path) {
    List<String> prefixes = new ArrayList<>();
    for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      prefixes.add(path.substring(0, dot));
    }
    return prefixes.isEmpty() ? List.of("") : prefixes;
  }

  /** Paths of one pattern as one: {@code layer[0..95].attention.query}. */
  static String together(List<String> paths) {
    List<TreeSet<Long>> numbers = new ArrayList<>();
    for (String path : paths) {
      Matcher matcher = NUMBER.matcher(path);
      for (int k = 0; matcher.find(); k++) {
        if (k == numbers.size()) {
          numbers.add(new TreeSet<>());
        }
        numbers.get(k).add(Long.parseLong(matcher.group(1)));
      }
    }
    StringBuilder text = new StringBuilder();
    Matcher matcher = NUMBER.matcher(paths.getFirst());
    for (int k = 0; matcher.find(); k++) {
      matcher.appendReplacement(text, "[" + range(List.copyOf(numbers.get(k))) + "]");
    }
    return matcher.appendTail(text).toString();
  }

  /** {@code 3}, {@code 0..95}, {@code 0, 2 .. 10}, {@code 0, 1, 5}. */
  private static String range(List<Long> numbers) {
    long first = numbers.getFirst();
    long last = numbers.getLast();
    if (numbers.size() == 1) {
      return Long.toString(first);
    }
    long step = numbers.get(1) - first;
    for (int k = 0; k < numbers.size(); k++) {
      if (numbers.get(k) != first + k * step) {
        return String.join(", ", numbers.stream().map(String::valueOf).toList());
      }
    }
    if (step == 1) {
      return first + ".." + last;
    }
    return first + ", " + (first + step) + (numbers.size() > 2 ? " .. " + last : "");
  }
}
