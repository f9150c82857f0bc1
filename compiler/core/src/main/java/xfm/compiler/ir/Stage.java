package xfm.compiler.ir;

import java.util.List;

/** What is evaluated at one go: an equation, or equations that read each other. */
public sealed interface Stage {

  /** The equations, in the order in which they are evaluated. */
  List<Equation> equations();

  /** An equation that reads only what stages before it define. */
  record One(Equation equation) implements Stage {
    @Override
    public List<Equation> equations() {
      return List.of(equation);
    }
  }

  /**
   * Equations that read each other, or one that reads itself, at places before the one that is
   * defined: place after place along one index, at each place member after member.
   *
   * @param members a later one may read an earlier one at the same place
   * @param extent how many places there are: the most that any member has
   * @param ascending whether the first place is 0; otherwise it is the last
   */
  record Recurrence(List<Member> members, Poly extent, boolean ascending) implements Stage {
    public Recurrence {
      members = List.copyOf(members);
    }

    @Override
    public List<Equation> equations() {
      return members.stream().map(Member::equation).toList();
    }
  }

  /**
   * An equation of a recurrence.
   *
   * @param axis of its target, along which the recurrence runs
   */
  record Member(Equation equation, int axis) {
    public Atom.Index index() {
      return equation.left().get(axis);
    }
  }
}
