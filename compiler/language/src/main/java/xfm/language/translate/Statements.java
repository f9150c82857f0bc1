package xfm.language.translate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Expr;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.Nearest;
import xfm.compiler.diag.XfmException;
import xfm.compiler.program.Computation;
import xfm.compiler.source.Span;
import xfm.language.node.AddNodeGen;
import xfm.language.node.BlockNode;
import xfm.language.node.CountNode;
import xfm.language.node.ForNode;
import xfm.language.node.Global;
import xfm.language.node.IfNode;
import xfm.language.node.LiteralNode;
import xfm.language.node.MemberNodeGen;
import xfm.language.node.ReadLocalNodeGen;
import xfm.language.node.ReturnNode;
import xfm.language.node.Variable;
import xfm.language.node.WhileNode;
import xfm.language.node.WriteGlobalNode;
import xfm.language.node.WriteLocalNodeGen;
import xfm.language.node.XfmNode;
import xfm.language.value.Nothing;

/** Statements to nodes, each tagged as something that a debugger can stop at. */
final class Statements {
  private final Expressions expressions;
  private final Names names;
  private final Frame frame;
  private final boolean script;
  private final List<Diagnostic> found;

  /** The statements of a script, or else of a function; {@code found} gets what is wrong. */
  Statements(
      Expressions expressions, Names names, Frame frame, boolean script, List<Diagnostic> found) {
    this.expressions = expressions;
    this.names = names;
    this.frame = frame;
    this.script = script;
    this.found = found;
  }

  /** The node of a statement; nothing for a declaration, or one that is wrong. */
  Optional<XfmNode> translate(Item item) {
    try {
      return node(item);
    } catch (XfmException e) {
      found.addAll(e.diagnostics());
      if (item instanceof Item.Let let && !(script && frame.atTop())) {
        frame.declare(let.name().text()); // its readers are not wrong for that
      }
      return Optional.empty();
    }
  }

  private Optional<XfmNode> node(Item item) {
    Optional<XfmNode> node =
        switch (item) {
          case Item.Declaration _, Item.Checkpoint _, Item.Import _ -> Optional.empty();
          case Item.Weight w -> throw onlyIn(w.span(), "weights belong to a block or a model");
          case Item.Penalty p -> throw onlyIn(p.span(), "a penalty belongs to a block or a model");
          case Item.Let let -> Optional.of(let(let));
          case Item.Equation equation -> Optional.of(assignment(equation));
          case Item.Return r -> Optional.of(result(r));
          case Item.Repeat repeat -> Optional.of(repeat(repeat));
          case Item.If choice -> Optional.of(choice(choice));
          case Item.For loop ->
              Optional.of(
                  loop(
                      loop.span(),
                      expressions.translate(loop.values()),
                      Optional.of(loop.name()),
                      loop.body()));
          case Item.While loop ->
              Optional.of(
                  new WhileNode(
                      loop.span(),
                      expressions.translate(loop.condition()),
                      block(loop.body(), loop.span())));
          case Item.Evaluate e -> Optional.of(expressions.translate(e.value()));
        };
    return node.map(XfmNode::asStatement);
  }

  private XfmNode let(Item.Let let) {
    XfmNode value = expressions.named(let.name(), let.value());
    if (script && frame.atTop()) {
      return new WriteGlobalNode(let.span(), names.declare(let.name().text()), value);
    }
    return declare(let.name(), value, let.span());
  }

  private XfmNode declare(Ast.Id name, XfmNode value, Span span) {
    Variable variable =
        frame
            .declare(name.text())
            .orElseThrow(() ->
                Diagnostic.of(Code.NAME, "`" + name + "` is bound twice in this block")
                    .at(name.span(), "again here")
                    .help("to change its value, write `" + name + " = …` without `let`")
                    .raise());
    return WriteLocalNodeGen.create(span, variable, true, value);
  }

  private XfmNode assignment(Item.Equation equation) {
    if (equation.keep()) {
      throw onlyIn(equation.span(), "`keep` belongs to a block or a model");
    }
    if (equation.targets().size() > 1 || equation.targets().getFirst().indices().isPresent()) {
      return computed(equation);
    }
    Ast.Target target = equation.targets().getFirst();
    String name = target.name().text();
    XfmNode value = expressions.translate(equation.value());
    if (equation.adds()) {
      value =
          AddNodeGen.create(equation.span(), expressions.name(name, target.name().span()), value);
    }
    Optional<Variable> local = frame.find(name);
    if (local.isPresent()) {
      local.get().assign();
      return WriteLocalNodeGen.create(equation.span(), local.get(), false, value);
    }
    Optional<Global> global = names.variable(name);
    if (script && global.isPresent() && !global.get().isDeclaration()) {
      return new WriteGlobalNode(equation.span(), global.get(), value);
    }
    if (!script && !equation.adds()) {
      return declare(target.name(), value, equation.span());
    }
    Diagnostic problem =
        Diagnostic.of(Code.NAME, "`" + name + "` is not bound, so it cannot be changed")
            .at(target.name().span());
    Optional<String> meant = Nearest.suggest(name, frame.names());
    throw problem
        .help(meant.map(m -> "did you mean `" + m + "`?").orElse("write `let " + name + " = …`"))
        .raise();
  }

  /** {@code y[i] = …}: computed here; the names on its left mean the tensors from now on. */
  private XfmNode computed(Item.Equation equation) {
    if (equation.adds()) {
      throw Diagnostic.of(Code.SYNTAX, "`+=` rebinds a name and takes no indices")
          .at(equation.span())
          .raise();
    }
    XfmNode value = expressions.computed(Computation.of(equation), equation.span());
    List<Ast.Id> names =
        equation.targets().stream()
            .map(Ast.Target::name)
            .filter(name -> !name.text().equals("_"))
            .toList();
    if (names.size() == 1) {
      return define(names.getFirst(), value, equation.span());
    }
    Variable all = frame.hidden();
    List<XfmNode> nodes = new ArrayList<>();
    nodes.add(WriteLocalNodeGen.create(equation.span(), all, true, value));
    for (Ast.Id name : names) {
      XfmNode whole = ReadLocalNodeGen.create(name.span(), all);
      XfmNode part = MemberNodeGen.create(name.span(), name.text(), name.span(), whole);
      nodes.add(define(name, part, equation.span()));
    }
    return new BlockNode(equation.span(), nodes.toArray(XfmNode[]::new));
  }

  /** An equation defines a new name, at the top of a script one that all of it sees. */
  private XfmNode define(Ast.Id name, XfmNode value, Span span) {
    if (script && frame.atTop()) {
      return new WriteGlobalNode(span, names.declare(name.text()), value);
    }
    if (expressions.isVariable(name.text())) {
      throw Diagnostic.of(Code.NAME, "`" + name + "` is bound already")
          .at(name.span(), "defined again here")
          .help("an equation defines a new name: take another")
          .raise();
    }
    return declare(name, value, span);
  }

  private XfmNode result(Item.Return r) {
    if (script) {
      throw Diagnostic.of(Code.SYNTAX, "`return` stands in a function, not in a script")
          .at(r.span())
          .raise();
    }
    XfmNode value =
        r.equation().isPresent()
            ? expressions.computed(Computation.of(r.equation().get()), r.span())
            : expressions.translate(r.value().orElseThrow());
    return new ReturnNode(r.span(), value);
  }

  private XfmNode repeat(Item.Repeat repeat) {
    Expr count = repeat.count();
    XfmNode times = new CountNode(count.span(), expressions.translate(count));
    return loop(repeat.span(), times, repeat.index(), repeat.body());
  }

  private XfmNode choice(Item.If choice) {
    XfmNode condition = expressions.translate(choice.condition());
    return new IfNode(
        choice.span(),
        condition,
        block(choice.then(), choice.span()),
        block(choice.otherwise(), choice.span()));
  }

  private XfmNode loop(Span span, XfmNode values, Optional<Ast.Id> name, List<Item> body) {
    int valuesSlot = frame.slot();
    int turnSlot = frame.slot();
    frame.open();
    List<XfmNode> nodes = new ArrayList<>();
    XfmNode next = new ForNode.Next(name.map(Ast.Id::span).orElse(span), valuesSlot, turnSlot);
    nodes.add(name.isPresent() ? declare(name.get(), next, next.span()) : next);
    nodes.add(block(body, span));
    frame.close();
    XfmNode turn = new BlockNode(span, nodes.toArray(XfmNode[]::new));
    return new ForNode(span, valuesSlot, turnSlot, values, turn);
  }

  private XfmNode block(List<Item> items, Span around) {
    if (items.isEmpty()) {
      return new LiteralNode(around, Nothing.VALUE);
    }
    frame.open();
    List<XfmNode> nodes = new ArrayList<>();
    items.forEach(item -> translate(item).ifPresent(nodes::add));
    frame.close();
    Span span = items.getFirst().span().to(items.getLast().span());
    return new BlockNode(span, nodes.toArray(XfmNode[]::new));
  }

  private static XfmException onlyIn(Span span, String message) {
    return Diagnostic.of(Code.UNSUPPORTED, message).at(span, "this is a script").raise();
  }
}
