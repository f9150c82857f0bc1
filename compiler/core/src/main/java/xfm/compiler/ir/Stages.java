package xfm.compiler.ir;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeSet;

/**
 * Equations in an order in which they can be evaluated. It is the given one where that will do:
 * what is read comes first, what reads each other together (the strongly connected components, as
 * Tarjan finds them).
 */
public final class Stages {
  private final List<Equation> equations;
  private final List<SequencedSet<Integer>> reads = new ArrayList<>();
  private final int[] number;
  private final int[] lowest;
  private final boolean[] open;
  private final Deque<Integer> stack = new ArrayDeque<>();
  private final List<Stage> stages = new ArrayList<>();
  private int numbered;

  private Stages(List<Equation> equations) {
    this.equations = equations;
    this.number = new int[equations.size()];
    this.lowest = new int[equations.size()];
    this.open = new boolean[equations.size()];
    Map<Value, Integer> defined = new IdentityHashMap<>();
    for (int e = 0; e < equations.size(); e++) {
      defined.put(equations.get(e).target(), e);
    }
    for (Equation equation : equations) {
      SequencedSet<Integer> own = new TreeSet<>();
      Trees.visit(
          equation.body(),
          term -> {
            if (term instanceof Term.Read read && defined.containsKey(read.value())) {
              own.add(defined.get(read.value()));
            }
          });
      reads.add(own);
    }
  }

  /**
   * The stages of some equations.
   *
   * @throws BadRecurrence if equations read each other otherwise than place after place
   */
  public static List<Stage> of(List<Equation> equations) {
    return new Stages(equations).stages();
  }

  /** The equations, each after what it reads, but for recurrences. */
  public static List<Equation> sorted(List<Equation> equations) {
    return of(equations).stream().flatMap(stage -> stage.equations().stream()).toList();
  }

  private List<Stage> stages() {
    Arrays.fill(number, -1);
    for (int e = 0; e < equations.size(); e++) {
      if (number[e] < 0) {
        visit(e);
      }
    }
    return stages;
  }

  private void visit(int e) {
    number[e] = numbered;
    lowest[e] = numbered++;
    stack.push(e);
    open[e] = true;
    for (int other : reads.get(e)) {
      if (number[other] < 0) {
        visit(other);
        lowest[e] = Math.min(lowest[e], lowest[other]);
      } else if (open[other]) {
        lowest[e] = Math.min(lowest[e], number[other]);
      }
    }
    if (lowest[e] == number[e]) {
      SequencedSet<Integer> together = new TreeSet<>();
      int last;
      do {
        last = stack.pop();
        open[last] = false;
        together.add(last);
      } while (last != e);
      stages.add(stage(together));
    }
  }

  private Stage stage(SequencedSet<Integer> together) {
    int first = together.getFirst();
    return together.size() == 1 && !reads.get(first).contains(first)
        ? new Stage.One(equations.get(first))
        : Recurring.of(together.stream().map(equations::get).toList());
  }
}
