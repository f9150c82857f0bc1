package xfm.compiler.program;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Item;
import xfm.compiler.ast.Type;
import xfm.compiler.check.Checker;
import xfm.compiler.checkpoint.CheckpointPlan;
import xfm.compiler.checkpoint.Guess;
import xfm.compiler.checkpoint.Proposal;
import xfm.compiler.checkpoint.Sections;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.ir.Graph;
import xfm.compiler.source.Source;
import xfm.compiler.source.Span;
import xfm.compiler.syntax.Parser;
import xfm.runtime.io.Checkpoint;
import xfm.runtime.io.Json;
import xfm.runtime.io.JsonValue;

/** A file and everything that it can see: its own declarations, its imports', the stdlib's. */
public final class Program {
  private final Ast.File file;
  private final Stdlib stdlib;
  private final Map<String, Item.Declaration> own = new LinkedHashMap<>();
  private final Map<String, Item.Declaration> twice = new LinkedHashMap<>();
  private final List<Item.Checkpoint> checkpoints = new ArrayList<>();
  private final List<Program> imports = new ArrayList<>();
  private final Map<String, Program> named = new LinkedHashMap<>();

  /** Imports of texts that this one goes on from: checked then. */
  private final Set<Program> earlier = new HashSet<>();

  private Program(Ast.File file, Stdlib stdlib) {
    this.file = file;
    this.stdlib = stdlib;
    collect(file);
  }

  /** Reads and parses a file and its imports. */
  public static Program open(Path path) {
    return Imports.open(path);
  }

  /** A parsed text; its imports are relative to the folder. */
  public static Program of(Ast.File file, Optional<Path> folder) {
    Program program = new Program(file, new Stdlib());
    Imports.into(program, file, folder);
    return program;
  }

  static Program of(Source source, Stdlib stdlib) {
    return new Program(Parser.parse(source), stdlib);
  }

  static Program of(Ast.File file, Stdlib stdlib) {
    return new Program(file, stdlib);
  }

  /** The same with more declarations and imports; a later one takes the place of an earlier one. */
  public Program with(Ast.File more, Optional<Path> folder) {
    Program program = new Program(more, stdlib);
    own.forEach(program.own::putIfAbsent);
    checkpoints.stream()
        .filter(c ->
            program.checkpoints.stream().noneMatch(d -> d.model().text().equals(c.model().text())))
        .forEach(program.checkpoints::add);
    program.earlier.addAll(earlier);
    program.earlier.addAll(withImports());
    Imports.into(program, more, folder);
    program.imports.addAll(imports);
    named.forEach(program.named::putIfAbsent);
    return program;
  }

  private void collect(Ast.File from) {
    for (Item item : from.items()) {
      if (item instanceof Item.Declaration d) {
        Item.Declaration before = own.putIfAbsent(d.name().text(), d);
        if (before != null) {
          twice.put(d.name().text(), d);
        }
      } else if (item instanceof Item.Checkpoint c) {
        checkpoints.add(c);
      }
    }
  }

  void addImport(Program program) {
    imports.add(program);
  }

  /** What the file declares is known as {@code name.declaration}. */
  void addImport(Ast.Id name, Program program) {
    Item.Declaration mine = own.get(name.text());
    if (mine != null || named.containsKey(name.text())) {
      Diagnostic problem =
          Diagnostic.of(Code.NAME, "`" + name + "` means something already")
              .at(name.span(), "the name of this import");
      throw (mine == null ? problem : problem.at(mine.name().span(), "declared here"))
          .help("take another name: `import \"…\" as other`")
          .raise();
    }
    named.put(name.text(), program);
  }

  /** The file that was imported under a name. */
  public Optional<Program> imported(String name) {
    return Optional.ofNullable(named.get(name));
  }

  /** What this file declares itself. */
  public Optional<Item.Declaration> declares(String name) {
    return Optional.ofNullable(own.get(name));
  }

  /** The names of what this file declares itself. */
  public Set<String> declared() {
    return Set.copyOf(own.keySet());
  }

  Stdlib stdlib() {
    return stdlib;
  }

  public Ast.File file() {
    return file;
  }

  /** The names of the models that this file declares itself. */
  public List<String> models() {
    return own.values().stream()
        .filter(d -> d.kind() == Item.Kind.MODEL)
        .map(d -> d.name().text())
        .toList();
  }

  public List<Item.Checkpoint> checkpoints() {
    return List.copyOf(checkpoints);
  }

  /** This program, and every program of the stdlib that reads checkpoints. */
  List<Program> readers() {
    List<Program> readers = new ArrayList<>(List.of(this));
    readers.addAll(imports);
    readers.addAll(named.values());
    readers.addAll(stdlib.withCheckpoints());
    return readers;
  }

  public Optional<Item.Declaration> declaration(String name) {
    return find(name).map(Checker.Found::declaration);
  }

  private Optional<Checker.Found> find(String name) {
    Item.Declaration mine = own.get(name);
    if (mine != null) {
      return Optional.of(new Checker.Found(mine, declarations()));
    }
    if (named.containsKey(name)) {
      return Optional.empty(); // the file's own name for an import comes before all others
    }
    for (Program program : imports) {
      Item.Declaration theirs = program.own.get(name);
      if (theirs != null) {
        return Optional.of(new Checker.Found(theirs, program.declarations()));
      }
    }
    return stdlib.declaring(name).map(p -> new Checker.Found(p.own.get(name), p.declarations()));
  }

  Checker.Declarations declarations() {
    return new Checker.Declarations() {
      @Override
      public Optional<Checker.Found> find(String name) {
        return Program.this.find(name);
      }

      @Override
      public Optional<Checker.Declarations> imported(String name) {
        return Program.this.imported(name).map(Program::itself);
      }

      @Override
      public Set<String> names() {
        Set<String> names = new LinkedHashSet<>(own.keySet());
        names.addAll(named.keySet());
        imports.forEach(program -> names.addAll(program.own.keySet()));
        names.addAll(stdlib.names());
        return names;
      }

      @Override
      public Optional<String> synonym(String elsewhere) {
        return stdlib.synonym(elsewhere);
      }
    };
  }

  /** What this file declares, and nothing else that it sees. */
  private Checker.Declarations itself() {
    return new Checker.Declarations() {
      @Override
      public Optional<Checker.Found> find(String name) {
        return declares(name).map(d -> new Checker.Found(d, declarations()));
      }

      @Override
      public Optional<Checker.Declarations> imported(String name) {
        return Optional.empty();
      }

      @Override
      public Set<String> names() {
        return declared();
      }

      @Override
      public Optional<String> synonym(String elsewhere) {
        return Optional.empty();
      }
    };
  }

  /**
   * Everything that is wrong with what this file and its imports declare, each declaration as it
   * stands; nothing is computed.
   */
  public List<Diagnostic> check() {
    return new Checks(this).all(true);
  }

  /** What is wrong with the models that the script makes of plain numbers, texts and truths. */
  public List<Diagnostic> made() {
    return new Checks(this).made();
  }

  /** What is worth to know of this file's declarations, though nothing is wrong with it. */
  public List<Diagnostic> remarks() {
    return new Checks(this).remarks();
  }

  /**
   * This program, which is right.
   *
   * @throws XfmException with everything that is wrong with it
   */
  public Program checked() {
    return without(check());
  }

  private Program without(List<Diagnostic> found) {
    if (!found.isEmpty()) {
      throw new XfmException(found);
    }
    return this;
  }

  /** A file whose declarations are right, whatever sizes a folder or a guess gives its models. */
  private static Program proved(Path file) {
    Program program = open(file);
    return program.without(new Checks(program).all(false));
  }

  /** This file and, after it, all that it imports, but for the standard library's. */
  Set<Program> withImports() {
    Set<Program> all = new LinkedHashSet<>(List.of(this));
    List<Program> open = new ArrayList<>(all);
    while (!open.isEmpty()) {
      Program program = open.removeFirst();
      Stream.concat(program.imports.stream(), program.named.values().stream())
          .filter(imported -> !earlier.contains(imported) && !stdlib.holds(imported))
          .filter(all::add)
          .forEach(open::add);
    }
    return all;
  }

  /** What this file declares itself, but not what an earlier text did: that was checked then. */
  List<Item.Declaration> declaredHere() {
    return own.values().stream().filter(d -> d.span().source() == file.source()).toList();
  }

  /** What this file declares again. */
  Map<String, Item.Declaration> declaredAgain() {
    return Collections.unmodifiableMap(twice);
  }

  /** The graph of a model with these settings of its parameters: Long, Double, Boolean, String. */
  public Graph graph(Item.Declaration model, Map<String, Object> settings, Span call) {
    Checker.Found found =
        find(model.name().text())
            .filter(f -> f.declaration() == model)
            .orElse(new Checker.Found(model, declarations()));
    Graph graph = Checker.make(model, found.sees(), settings, call);
    WholeNumbers.check(graph);
    return graph;
  }

  /** A model with seeded initial weights. */
  public Model make(Item.Declaration model, Map<String, Object> settings, Span call) {
    return new Model(graph(model, settings, call), settings, file, Optional.empty());
  }

  /**
   * A function of tensors, for these settings of its numbers: it runs as a model without weights.
   */
  public Model function(Item.Declaration fn, Map<String, Object> settings, Span call) {
    return Computation.withoutWeights(make(fn, settings, call), call);
  }

  /**
   * A model with the weights of a folder in Hugging Face's layout, as one of its checkpoint
   * sections reads it, or with those of a file that {@link Model#save} wrote.
   */
  public Model load(Item.Declaration model, Path folder, Span call) {
    if (Files.isRegularFile(folder)) {
      Saved saved = Saved.open(folder);
      Model made = make(model, saved.settings(), call);
      saved.into(made);
      return made;
    }
    String name = model.name().text();
    List<Item.Checkpoint> sections =
        readers().stream()
            .filter(reader -> reader.own.get(name) == model)
            .flatMap(reader -> reader.checkpoints.stream())
            .filter(section -> section.model().text().equals(name))
            .toList();
    if (sections.isEmpty()) {
      throw Diagnostic.of(
              Code.CHECKPOINT, "the model `" + name + "` says of no checkpoint how to read it")
          .at(call, "loaded here")
          .help("add a section `checkpoint " + name + " { … }` beside its declaration")
          .raise();
    }
    return load(sections, folder);
  }

  /**
   * The model that reads a folder: found by config.json's model_type among the checkpoint sections
   * of the given file, or of the stdlib where none is given.
   */
  public static Model find(Path folder, Optional<Path> xfm) {
    if (xfm.isPresent()) {
      Program program = proved(xfm.get());
      return program.load(program.sections(), folder);
    }
    Stdlib stdlib = new Stdlib();
    Program nothing = of(new Ast.File(new Source("", ""), Optional.empty(), List.of()), stdlib);
    return nothing.load(
        stdlib.withCheckpoints().stream().flatMap(p -> p.checkpoints.stream()).toList(), folder);
  }

  /** Whether a file has a section for a folder that says more than what the settings are. */
  static boolean namesTensors(Path folder, Path xfm) {
    Path file = folder.resolve("config.json");
    if (!Files.exists(file)) {
      return false;
    }
    JsonValue.Obj config = Json.readObject(file);
    return open(xfm).sections().stream()
        .filter(section -> Sections.applies(section, config))
        .flatMap(section -> section.lines().stream())
        .anyMatch(line -> line instanceof Ast.Mapping);
  }

  /** The sections of this file and of those that it imports. */
  private List<Item.Checkpoint> sections() {
    List<Item.Checkpoint> sections = new ArrayList<>(checkpoints);
    imports.forEach(imported -> sections.addAll(imported.checkpoints));
    named.values().forEach(imported -> sections.addAll(imported.checkpoints));
    return sections;
  }

  /**
   * A checkpoint section for the model of a file and a folder that none reads yet, to be mended by
   * hand: settings as other sections read them, and each weight with the tensor that fits it best.
   *
   * @throws XfmException if the file has no model, or one whose sizes cannot be guessed
   */
  static String proposal(Path folder, Path xfm, Checkpoint files) {
    Program program = proved(xfm);
    JsonValue.Obj config = Json.readObject(folder.resolve("config.json"));
    String name =
        program.checkpoints.stream()
            .map(section -> section.model().text())
            .filter(model -> !model.equals(Sections.ANY))
            .findFirst()
            .or(() -> program.models().reversed().stream().findFirst())
            .orElseThrow(() ->
                Diagnostic.of(Code.CHECKPOINT, xfm.getFileName() + " declares no model").raise());
    Item.Declaration model = program.declaration(name).orElseThrow();
    List<Item.Checkpoint> known = new ArrayList<>(program.checkpoints);
    program.stdlib.withCheckpoints().forEach(p -> known.addAll(p.checkpoints));
    Set<String> parameters =
        model.parameters().stream()
            .filter(p -> !(p.type().orElse(null) instanceof Type.Tensor))
            .map(p -> p.name().text())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    Guess guess = Guess.of(parameters, known, config);
    Graph graph = program.graph(model, guess.values(), model.name().span());
    List<String> lines = new ArrayList<>();
    if (config.members().get("model_type") instanceof JsonValue.Text(String type)
        && !type.equals(name)) {
      lines.add("require config.model_type == " + Json.write(new JsonValue.Text(type)));
    }
    lines.addAll(guess.lines());
    parameters.removeAll(guess.values().keySet());
    parameters.forEach(p -> lines.add("# ? " + p + " is left at its default"));
    lines.addAll(guess.open(known, config));
    lines.add("");
    lines.addAll(Proposal.lines(graph, files, known));
    return lines.stream()
        .map(line -> line.isEmpty() ? "\n" : "  " + line + "\n")
        .collect(Collectors.joining("", "checkpoint " + name + " {\n", "}\n"));
  }

  private Model load(List<Item.Checkpoint> sections, Path folder) {
    Path file = folder.resolve("config.json");
    if (!Files.exists(file)) {
      boolean isFolder = Files.isDirectory(folder);
      throw Diagnostic.of(
              Code.FILE,
              isFolder
                  ? "there is no config.json in " + folder
                  : folder + " is a file; a model is a folder")
          .help(
              "a model is a folder in Hugging Face's layout, with config.json and model.safetensors")
          .raise();
    }
    JsonValue.Obj config = Json.readObject(file);
    Item.Checkpoint section = Sections.find(sections, file, config);
    List<Item.Checkpoint> all =
        readers().stream().flatMap(reader -> reader.checkpoints.stream()).toList();
    CheckpointPlan plan = CheckpointPlan.of(section, all, config);
    Program declaring =
        readers().stream()
            .filter(reader -> reader.checkpoints.contains(section))
            .findFirst()
            .orElseThrow();
    Item.Declaration model =
        declaring
            .declaration(section.model().text())
            .filter(d -> d.kind() == Item.Kind.MODEL)
            .orElseThrow(() ->
                Diagnostic.of(Code.NAME, "no model is called `" + section.model() + "`")
                    .at(section.model().span(), "this section reads its weights")
                    .raise());
    Graph graph = declaring.graph(model, plan.settings(), section.model().span());
    return new Model(
        graph, plan.settings(), declaring.file, Optional.of(new Model.Origin(folder, plan)));
  }
}
