package xfm.language;

import java.util.IdentityHashMap;
import java.util.Map;
import xfm.compiler.ast.Item;
import xfm.compiler.program.Program;
import xfm.language.call.XfmFunction;
import xfm.language.model.ModelDeclaration;
import xfm.language.model.TensorFunction;
import xfm.language.translate.Translator;
import xfm.language.value.BlockValue;

/** What declarations are to a script; each becomes one value in a context. */
public final class Declarations {
  private final Translator translator;
  private final Map<Item.Declaration, Object> values = new IdentityHashMap<>();

  Declarations(Translator translator) {
    this.translator = translator;
  }

  /** The value of a declaration that is seen from {@code program}. */
  public Object value(Item.Declaration declaration, Program program) {
    Object known = values.get(declaration);
    if (known != null) {
      return known;
    }
    Object value =
        switch (declaration.kind()) {
          case FN ->
              TensorFunction.is(declaration)
                  ? new TensorFunction(declaration, program, Translator.signature(declaration))
                  : new XfmFunction(
                      Translator.signature(declaration),
                      () -> translator.function(declaration, program, this));
          case BLOCK -> new BlockValue(declaration.name().text());
          case MODEL -> new ModelDeclaration(declaration, program);
        };
    values.put(declaration, value);
    return value;
  }
}
