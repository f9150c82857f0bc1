package xfm.compiler.print;

import java.util.Collection;
import xfm.compiler.ir.Atom;
import xfm.compiler.ir.Value;

/** What things are called in a text. */
interface Naming {
  String value(Value value);

  String symbol(Atom.Symbol symbol);

  /**
   * The name of an index where it is bound.
   *
   * @param live the names of the indices around it, which it may not take
   */
  String bind(Atom.Index index, Collection<String> live);
}
