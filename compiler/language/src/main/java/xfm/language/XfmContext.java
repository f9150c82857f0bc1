package xfm.language;

import com.oracle.truffle.api.TruffleLanguage;
import com.oracle.truffle.api.nodes.Node;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.plan.Memory;
import xfm.compiler.program.Model;
import xfm.language.error.Problems;
import xfm.runtime.kernel.Kernels;

/** What one context of a host holds: its names, its models, its streams and settings. */
public final class XfmContext implements AutoCloseable {
  private static final TruffleLanguage.ContextReference<XfmContext> REFERENCE =
      TruffleLanguage.ContextReference.create(XfmLanguage.class);

  private final TruffleLanguage.Env env;
  private final Problems problems;
  private final Files files;
  private final Globals globals = new Globals();
  private final Scripts scripts;
  private final TopScope scope;
  private final PrintStream out;
  private final PrintStream err;
  private final List<Model> models = new ArrayList<>();
  private boolean saidScalar;

  XfmContext(XfmLanguage language, TruffleLanguage.Env env) {
    this.env = env;
    this.problems = new Problems(env.getOptions().get(XfmOptions.Color));
    this.files = new Files(env);
    this.scripts = new Scripts(language, problems, files, globals);
    this.scope = new TopScope(globals);
    this.out = new PrintStream(env.out(), true, StandardCharsets.UTF_8);
    this.err = new PrintStream(env.err(), true, StandardCharsets.UTF_8);
  }

  /** The context of the running thread; a node makes the look-up fast, null is allowed. */
  public static XfmContext get(Node node) {
    return REFERENCE.get(node);
  }

  public Problems problems() {
    return problems;
  }

  public Files files() {
    return files;
  }

  Scripts scripts() {
    return scripts;
  }

  /** Everything wrong with a file: its declarations, and the names in its statements. */
  public List<Diagnostic> check(Path path) {
    return scripts.check(path);
  }

  /** The names that hosts and debuggers see. */
  public Object scope() {
    return scope;
  }

  /** Standard output of the host, in UTF-8. */
  public PrintStream out() {
    return out;
  }

  public PrintStream err() {
    return err;
  }

  public boolean colour() {
    return env.getOptions().get(XfmOptions.Color);
  }

  /** How many columns a table may take. */
  public int width() {
    return env.getOptions().get(XfmOptions.Width);
  }

  /** Whether progress on standard error is for a person. */
  public boolean terminal() {
    return env.getOptions().get(XfmOptions.Terminal);
  }

  public int threads() {
    int threads = env.getOptions().get(XfmOptions.Threads);
    return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
  }

  public String[] arguments() {
    return env.getApplicationArguments();
  }

  public boolean isHostObject(Object value) {
    return env.isHostObject(value);
  }

  /** Takes a model over: it is closed with the context. */
  public Model own(Model model) {
    models.add(prepare(model));
    return model;
  }

  /** Closes a model that was taken over, before the context ends. */
  public void release(Model model) {
    models.remove(model);
    model.close();
  }

  /** A model that computes as this context's options say. */
  public Model prepare(Model model) {
    if (!Kernels.hasVectorModule() && !saidScalar) {
      saidScalar = true;
      err.println(
          "note: Java was started without --add-modules jdk.incubator.vector; the scalar kernels run,"
              + " which are several times slower");
    }
    model.threads(threads());
    String memory = env.getOptions().get(XfmOptions.Memory);
    if (!memory.isEmpty()) {
      model.memory(Memory.of(Bytes.parse(memory)));
    }
    return model;
  }

  @Override
  public void close() {
    models.forEach(Model::close);
    models.clear();
    out.flush();
    err.flush();
  }
}
