package xfm.compiler.check;

import java.util.List;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.Code;
import xfm.compiler.ir.Value;

/** {@code penalty balance = …}: a loss beside the result. Those of one name add up. */
final class Penalties {
  private final Elaboration all;

  Penalties(Elaboration all) {
    this.all = all;
  }

  void define(Item.Penalty penalty, Statements.Body body) {
    String name = penalty.name().text();
    if (body.inline()) {
      throw Errors.error(
          Code.SYNTAX,
          "a function has no penalties",
          penalty.span(),
          "declare it as a `block`, or return the value");
    }
    Statements.unused(penalty.name(), body);
    Meta given = all.expressions.eval(penalty.value(), body.context());
    Meta.Tensor stored;
    if (given instanceof Meta.Tensor tensor && tensor.shape().isEmpty()) {
      stored = (Meta.Tensor) all.definitions.materialise(name, tensor, penalty.span(), body);
    } else if (given instanceof Meta.Tensor tensor) {
      throw Errors.error(
          Code.SHAPE,
          "a penalty is one number, and this is a tensor of shape " + tensor.shape(),
          penalty.value().span(),
          "add it up: `sum[i](…)`, or `mean[i](…)`");
    } else {
      stored =
          all.definitions.store(
              name,
              new Equations.Defined(
                  List.of(), all.expressions.number(given, penalty.value(), body.context())),
              "`" + name + "`",
              penalty.span(),
              body);
    }
    body.scope().bind(name, stored, penalty.name().span());
    Value value = Definitions.value(stored).orElseThrow();
    all.builder.penalty(name, value, penalty.span());
  }
}
