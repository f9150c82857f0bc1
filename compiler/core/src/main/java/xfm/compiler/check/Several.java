package xfm.compiler.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;
import xfm.compiler.check.Statements.Body;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Term;

/** Equations that name several things: {@code (gate[i, r], pick[i, r]) = top[e](…)}. */
final class Several {
  private final Elaboration all;
  private final Statements statements;

  Several(Elaboration all, Statements statements) {
    this.all = all;
    this.statements = statements;
  }

  /** Defines or rebinds all names but {@code _}; gives back a record of them. */
  Meta define(Item.Equation e, Body body) {
    if (e.adds()) {
      throw Errors.error(
          Code.SYNTAX, "`+=` adds to one name", e.span(), "`(a, b) = …`, and then `x += a`");
    }
    distinct(e);
    Expr value = e.value();
    while (value instanceof Expr.Group group) {
      value = group.inner();
    }
    SequencedMap<String, Meta> defined =
        Tops.isTop(value) ? top(e, (Expr.Reduce) value, body) : fields(e, body);
    return new Meta.RecordOf(defined);
  }

  private static boolean isDiscarded(Ast.Target target) {
    return target.name().text().equals("_");
  }

  private static void distinct(Item.Equation e) {
    Map<String, Ast.Target> seen = new LinkedHashMap<>();
    for (Ast.Target target : e.targets()) {
      if (isDiscarded(target)) {
        continue;
      }
      Ast.Target before = seen.putIfAbsent(target.name().text(), target);
      if (before != null) {
        throw Diagnostic.of(Code.NAME, "`" + target.name() + "` is defined twice")
            .at(target.span(), "again here")
            .at(before.span(), "first here")
            .raise();
      }
    }
    if (seen.isEmpty()) {
      throw Errors.error(Code.NAME, "nothing is named here", e.span());
    }
  }

  private SequencedMap<String, Meta> top(Item.Equation e, Expr.Reduce value, Body body) {
    if (e.targets().size() != 2) {
      throw Tops.misplaced(value);
    }
    List<Ast.Binder> left = sameIndices(e, value);
    for (Ast.Target target : e.targets()) {
      if (!isDiscarded(target)) {
        Statements.unused(target.name(), body);
      }
    }
    Tops.Chosen chosen = all.tops.choose(left, value, body.context());
    Ast.Target gate = e.targets().get(0);
    Ast.Target pick = e.targets().get(1);
    SequencedMap<String, Meta> defined = new LinkedHashMap<>();
    // The picks tell which ranks are absent, so they are there wherever that may be.
    Optional<Meta.Tensor> places = Optional.empty();
    if (!isDiscarded(pick) || chosen.absent()) {
      String name = isDiscarded(pick) ? gate.name() + "_pick" : pick.name().text();
      Meta.Tensor stored =
          all.definitions.store(
              name,
              new Equations.Defined(chosen.left(), chosen.pick()),
              what(name, left),
              e.span(),
              body);
      Definitions.value(stored)
          .ifPresent(v -> all.limits.bound(v, Limits.Limit.under(chosen.places())));
      places = Optional.of(stored);
    }
    if (!isDiscarded(gate)) {
      String name = gate.name().text();
      Meta.Tensor stored =
          all.definitions.store(
              name,
              new Equations.Defined(chosen.left(), chosen.gate()),
              what(name, left),
              e.span(),
              body);
      defined.put(name, bind(gate, stored, places, chosen, body));
    }
    if (!isDiscarded(pick)) {
      defined.put(pick.name().text(), bind(pick, places.orElseThrow(), places, chosen, body));
    }
    return defined;
  }

  private static Meta bind(
      Ast.Target target,
      Meta.Tensor stored,
      Optional<Meta.Tensor> places,
      Tops.Chosen chosen,
      Body body) {
    Meta.Tensor tensor =
        chosen.absent()
            ? new Meta.Tensor(
                stored.shape(),
                stored.kind(),
                stored.reader(),
                stored.what(),
                Optional.of(Tops.presence(places.orElseThrow().reader(), chosen.rankAxis())))
            : stored;
    body.scope().bind(target.name().text(), tensor, target.name().span());
    return tensor;
  }

  private static String what(String name, List<Ast.Binder> left) {
    return "`" + name + left.stream().map(b -> b.name().text()).toList() + "`";
  }

  private static List<Ast.Binder> sameIndices(Item.Equation e, Expr.Reduce value) {
    List<Ast.Target> named = e.targets().stream().filter(t -> !isDiscarded(t)).toList();
    List<Ast.Binder> left = named.getFirst().indices().orElseThrow(() -> Tops.misplaced(value));
    List<String> names = left.stream().map(b -> b.name().text()).toList();
    for (Ast.Target target : e.targets()) {
      Optional<List<String>> other =
          target.indices().map(all -> all.stream().map(b -> b.name().text()).toList());
      if (!other.equals(Optional.of(names)) && !(isDiscarded(target) && other.isEmpty())) {
        throw Diagnostic.of(Code.INDEX, "both results of `top` have the same indices")
            .at(target.span())
            .at(named.getFirst().span(), "here " + names)
            .raise();
      }
    }
    return left;
  }

  /** The fields of a record, in order. */
  private SequencedMap<String, Meta> fields(Item.Equation e, Body body) {
    boolean indexed = e.targets().stream().anyMatch(t -> t.indices().isPresent());
    SequencedMap<String, Meta> defined = new LinkedHashMap<>();
    if (!indexed) {
      List<Meta> values = record(all.expressions.eval(e.value(), body.context()), e);
      for (int t = 0; t < values.size(); t++) {
        Ast.Target target = e.targets().get(t);
        if (!isDiscarded(target)) {
          defined.put(
              target.name().text(), statements.assign(target, values.get(t), e.span(), body));
        }
      }
      return defined;
    }
    for (Ast.Target target : e.targets()) {
      if (isDiscarded(target)) {
        continue;
      }
      List<Ast.Binder> left =
          target
              .indices()
              .orElseThrow(() ->
                  Errors.error(
                      Code.SYNTAX,
                      "of several names, all have indices or none has",
                      target.span(),
                      "`(a[i], b[i]) = …`"));
      Statements.unused(target.name(), body);
      int place = e.targets().indexOf(target);
      Equations.Opened opened =
          all.equations.open(left, e.value(), Optional.empty(), body.context());
      Term element =
          all.equations.inside(
              opened,
              () ->
                  all.expressions.term(
                      record(all.expressions.eval(e.value(), opened.inside()), e).get(place),
                      e.value(),
                      opened.inside()));
      String name = target.name().text();
      Meta.Tensor stored =
          all.definitions.store(
              name,
              new Equations.Defined(opened.left(), element),
              what(name, left),
              e.span(),
              body);
      body.scope().bind(name, stored, target.name().span());
      defined.put(name, stored);
    }
    return defined;
  }

  private static List<Meta> record(Meta value, Item.Equation e) {
    if (value instanceof Meta.RecordOf(SequencedMap<String, Meta> fields)
        && fields.size() == e.targets().size()) {
      return new ArrayList<>(fields.values());
    }
    throw wrong(value, e);
  }

  private static XfmException wrong(Meta value, Item.Equation e) {
    int names = e.targets().size();
    String found =
        value instanceof Meta.RecordOf(SequencedMap<String, Meta> fields)
            ? "a record with the fields " + String.join(", ", fields.keySet())
            : Errors.describe(value);
    return Errors.error(
        Code.TYPE,
        names + " names need a record with as many fields, and this is " + found,
        e.value().span(),
        "`return {a: x, b: y}` in a function gives one; `_` discards a field");
  }
}
