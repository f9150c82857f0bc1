package xfm.language.translate;

import com.oracle.truffle.api.RootCallTarget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Item;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.program.Program;
import xfm.compiler.source.Span;
import xfm.language.Declarations;
import xfm.language.Globals;
import xfm.language.XfmLanguage;
import xfm.language.call.Signature;
import xfm.language.error.Problems;
import xfm.language.node.BlockNode;
import xfm.language.node.BodyNode;
import xfm.language.node.Global;
import xfm.language.node.LiteralNode;
import xfm.language.node.RequireNode;
import xfm.language.node.XfmNode;
import xfm.language.node.XfmRootNode;
import xfm.language.value.Nothing;

/** From the syntax tree to nodes. A wrong name is found here, before anything runs. */
public final class Translator {
  private final XfmLanguage language;
  private final Problems problems;

  public Translator(XfmLanguage language, Problems problems) {
    this.language = language;
    this.problems = problems;
  }

  /**
   * The statements of a text, as one entry.
   *
   * @throws XfmException with everything in them that cannot be
   */
  public RootCallTarget script(
      Ast.File file, Program program, Globals globals, Declarations declarations) {
    List<Diagnostic> found = new ArrayList<>();
    Names names = new Names(program, globals, declarations, Known.once(file));
    declareVariables(file, names, found);
    Frame frame = new Frame(Optional.empty());
    Statements statements =
        new Statements(new Expressions(this, names, frame, true, found), names, frame, true, found);
    List<XfmNode> nodes = new ArrayList<>();
    for (Item item : file.items()) {
      statements.translate(item).ifPresent(nodes::add);
      if (item instanceof Item.Declaration d && d.isScript()) {
        functionBody(d, program, declarations, found);
      }
    }
    stop(found);
    Span span = file.source().all();
    return root(file.source().name(), frame, new BlockNode(span, nodes.toArray(XfmNode[]::new)));
  }

  /** Before the rest, so that lambdas can call each other whatever their order. */
  private static void declareVariables(Ast.File file, Names names, List<Diagnostic> found) {
    Map<String, Span> seen = new HashMap<>();
    for (Item item : file.items()) {
      for (Ast.Id name : bound(item)) {
        Span before = seen.putIfAbsent(name.text(), name.span());
        if (before != null) {
          if (!(item instanceof Item.Declaration)) { // two declarations were found before
            found.add(twice(name, before));
          }
        } else if (item instanceof Item.Declaration d) {
          Global global = names.declare(name.text());
          global.set(names.declarations().value(d, names.program()));
          global.declares(true);
        } else {
          names.declare(name.text()).declares(false);
        }
      }
    }
  }

  /** The names that a statement at the top makes known. */
  private static List<Ast.Id> bound(Item item) {
    return switch (item) {
      case Item.Let let -> List.of(let.name());
      case Item.Declaration d -> List.of(d.name());
      case Item.Equation e
          when e.targets().size() > 1 || e.targets().getFirst().indices().isPresent() ->
          e.targets().stream()
              .map(Ast.Target::name)
              .filter(name -> !name.text().equals("_"))
              .toList();
      default -> List.of();
    };
  }

  private static Diagnostic twice(Ast.Id name, Span before) {
    return Diagnostic.of(Code.NAME, "`" + name + "` is bound twice")
        .at(name.span(), "again here")
        .at(before, "first here")
        .help("to change its value, write `" + name + " = …` without `let`");
  }

  private static void stop(List<Diagnostic> found) {
    if (!found.isEmpty()) {
      throw new XfmException(found);
    }
  }

  /** The body of a {@code fn}: it sees its arguments, declarations and builtins. */
  public RootCallTarget function(Item.Declaration fn, Program program, Declarations declarations) {
    List<Diagnostic> found = new ArrayList<>();
    RootCallTarget target = functionBody(fn, program, declarations, found);
    stop(found);
    return target;
  }

  private RootCallTarget functionBody(
      Item.Declaration fn, Program program, Declarations declarations, List<Diagnostic> found) {
    Names names = new Names(program, new Globals(), declarations, Map.of());
    Frame frame = new Frame(Optional.empty());
    Expressions expressions = new Expressions(this, names, frame, false, found);
    List<XfmNode> prologue = expressions.parameters(fn.parameters());
    fn.requires().forEach(c -> prologue.add(new RequireNode(c.span(), expressions.translate(c))));
    frame.open();
    XfmNode body =
        fn.shortBody() && fn.body().getFirst() instanceof Item.Return r && r.value().isPresent()
            ? expressions.translate(r.value().get())
            : block(fn, new Statements(expressions, names, frame, false, found));
    return root(fn.name().text(), frame, prologue, body, fn.span());
  }

  private static XfmNode block(Item.Declaration fn, Statements statements) {
    List<XfmNode> nodes = new ArrayList<>();
    fn.body().forEach(item -> statements.translate(item).ifPresent(nodes::add));
    nodes.add(new LiteralNode(fn.span(), Nothing.VALUE));
    return new BlockNode(fn.span(), nodes.toArray(XfmNode[]::new));
  }

  private RootCallTarget root(String name, Frame frame, XfmNode body) {
    return root(name, frame, List.of(), body, body.span());
  }

  RootCallTarget root(String name, Frame frame, List<XfmNode> prologue, XfmNode body, Span span) {
    XfmNode whole = new BodyNode(span, prologue.toArray(XfmNode[]::new), body);
    return new XfmRootNode(
            language, frame.descriptor(), name, problems.source(span.source()), whole)
        .getCallTarget();
  }

  /** What a call of a declared function must give. */
  public static Signature signature(Item.Declaration d) {
    return signature(d.name().text(), d.parameters());
  }

  /** The same with some of the parameters. */
  public static Signature signature(String name, List<Ast.Parameter> parameters) {
    return Expressions.signature(name, parameters);
  }
}
