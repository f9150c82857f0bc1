package xfm.compiler.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;

/** Weights that nothing reads: they are counted and loaded, and change no result. */
public final class Unread {
  private Unread() {}

  /** A remark on each weight of a declaration that no statement of it mentions. */
  public static List<Diagnostic> weights(Item.Declaration d) {
    List<Diagnostic> found = new ArrayList<>();
    weights(d.body(), Mentions.names(d.body()), found);
    return found;
  }

  private static void weights(List<Item> items, Set<String> mentioned, List<Diagnostic> found) {
    for (Item item : items) {
      if (item instanceof Item.Weight weight) {
        for (Ast.WeightName name : weight.names()) {
          if (!mentioned.contains(name.name().text())) {
            found.add(
                Diagnostic.remark(Code.NAME, "the weight `" + name.name() + "` is never read")
                    .at(name.span())
                    .help("no result depends on it: read it, or leave it out"));
          }
        }
      }
      weights(Mentions.inner(item), mentioned, found);
    }
  }
}
