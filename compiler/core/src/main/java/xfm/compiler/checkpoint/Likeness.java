package xfm.compiler.checkpoint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Item;

/**
 * How well the path of a weight and the name of a tensor go together. What people call things is
 * taken from the lines of sections that exist: that {@code attention.query} is {@code q_proj} in
 * many files, {@code mlp.up} {@code fc1} in others. A word that stands in all names says little.
 */
final class Likeness {
  private static final double PART = 0.6;

  private record Pair(Set<String> path, Set<String> name) {}

  private final Set<Pair> known = new LinkedHashSet<>();
  private final Map<String, Integer> paths = new HashMap<>();
  private final Map<String, Integer> names = new HashMap<>();

  /**
   * @param sections whose lines are examples
   * @param paths of all weights that are looked for
   * @param names of all tensors
   */
  Likeness(List<Item.Checkpoint> sections, List<String> paths, List<String> names) {
    paths.forEach(path -> words(path).forEach(word -> this.paths.merge(word, 1, Integer::sum)));
    names.forEach(name -> words(name).forEach(word -> this.names.merge(word, 1, Integer::sum)));
    for (Item.Checkpoint section : sections) {
      for (Ast.CheckpointLine line : section.lines()) {
        if (line instanceof Ast.Mapping mapping) {
          pairs(mapping);
        }
      }
    }
  }

  private void pairs(Ast.Mapping line) {
    List<Ast.PathSegment> path = line.path();
    List<List<Integer>> picks = List.of(List.of());
    for (Ast.PathSegment segment : path) {
      if (segment.alternatives().size() > 1) {
        List<List<Integer>> more = new ArrayList<>();
        for (List<Integer> before : picks) {
          for (int k = 0; k < segment.alternatives().size(); k++) {
            List<Integer> with = new ArrayList<>(before);
            with.add(k);
            more.add(with);
          }
        }
        picks = more;
      }
    }
    for (List<Integer> pick : picks) {
      StringBuilder weight = new StringBuilder();
      int group = 0;
      for (Ast.PathSegment segment : path) {
        int k = segment.alternatives().size() > 1 ? pick.get(group++) : 0;
        weight.append(segment.alternatives().get(k).text()).append('.');
      }
      // Other names of a tie are those of another weight where that is not tied.
      FileName first = FileName.of(line.files().getFirst());
      known.add(new Pair(words(weight.toString()), words(first.spoken(pick))));
    }
  }

  /** {@code self_attn.q_proj}: self, attn, q, proj; {@code DenseReluDense}: dense, relu, dense. */
  static Set<String> words(String name) {
    Set<String> words = new LinkedHashSet<>();
    String apart =
        name.replaceAll("\\{[^}]*}|\\[[^]]*]", ".").replaceAll("(\\p{Ll})(\\p{Lu})", "$1.$2");
    for (String word : apart.split("[^\\p{L}\\d]+|(?<=\\p{L})(?=\\d{2,})")) {
      if (!word.isEmpty()) {
        words.add(word.toLowerCase(Locale.ROOT));
      }
    }
    return words;
  }

  /** From 0, nothing in common, to 1. */
  double of(String path, String name) {
    Set<String> weight = words(path);
    Set<String> tensor = words(name);
    double best = shared(weight, paths, tensor, names);
    for (Pair pair : known) {
      double both =
          shared(pair.path(), Map.of(), weight, paths)
              * shared(pair.name(), Map.of(), tensor, names);
      best = Math.max(best, both);
    }
    return best;
  }

  /** The weight of the words in common, in that of all. */
  private static double shared(
      Set<String> a,
      Map<String, Integer> howOftenA,
      Set<String> b,
      Map<String, Integer> howOftenB) {
    double common = 0;
    double all = 0;
    for (String word : a) {
      double most = 0;
      double weight = rare(word, howOftenA);
      for (String other : b) {
        double like = like(word, other);
        if (like > most) {
          most = like;
          weight = howOftenA.isEmpty() ? rare(other, howOftenB) : weight;
        }
      }
      common += most * weight;
      all += weight;
    }
    for (String word : b) {
      if (a.stream().allMatch(other -> like(other, word) == 0)) {
        all += rare(word, howOftenB);
      }
    }
    return all == 0 ? 0 : common / all;
  }

  private static double rare(String word, Map<String, Integer> howOften) {
    return 1.0 / howOften.getOrDefault(word, 1);
  }

  /** {@code q} and {@code query}, {@code attn} and {@code attention}, {@code wq} and {@code q}. */
  private static double like(String a, String b) {
    if (a.equals(b)) {
      return 1;
    }
    String less = a.length() < b.length() ? a : b;
    String more = a.length() < b.length() ? b : a;
    if (less.length() > 1 && more.endsWith(less) || more.length() == 2 && more.endsWith(less)) {
      return PART;
    }
    int at = 0;
    for (int i = 0; i < more.length() && at < less.length(); i++) {
      at += more.charAt(i) == less.charAt(at) ? 1 : 0;
    }
    return less.charAt(0) == more.charAt(0) && at == less.length() ? PART : 0;
  }
}
