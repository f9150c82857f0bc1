package xfm.language.model;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.UnknownIdentifierException;
import com.oracle.truffle.api.library.ExportLibrary;
import com.oracle.truffle.api.library.ExportMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import xfm.compiler.account.Account;
import xfm.compiler.ir.Value;
import xfm.compiler.program.Model;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.CallSite;
import xfm.language.call.Method;
import xfm.language.call.Parameter;
import xfm.language.call.Parameter.Kind;
import xfm.language.call.Signature;
import xfm.language.call.XfmCallable;
import xfm.language.value.Display;
import xfm.language.value.TensorValue;
import xfm.language.value.XfmList;
import xfm.language.value.XfmRecord;
import xfm.runtime.exec.Cancellation;
import xfm.runtime.tensor.Tensor;

/** A model with its sizes: what {@code gpt2(…)} and {@code gpt2.load(…)} give. */
@ExportLibrary(InteropLibrary.class)
public final class ModelValue extends XfmCallable {
  private static final Map<String, Builtin> METHODS = methods();

  /** Every method and field. */
  public static final List<String> MEMBERS =
      Stream.concat(METHODS.keySet().stream(), Stream.of("name", "parameters")).toList();

  private final Model model;
  private final Signature signature;
  private boolean saidInitial;
  private boolean saidSliding;

  public ModelValue(Model model) {
    this.model = model;
    this.signature = Signature.of(model.name(), Parameter.required("input", Kind.ANY));
  }

  private static Map<String, Builtin> methods() {
    Map<String, Builtin> methods = new LinkedHashMap<>();
    for (Builtin method :
        List.of(
            new AccountMethod(),
            new GenerateMethod(),
            new LogitsMethod(),
            new LossMethod(),
            new RunMethod(),
            new SaveMethod(),
            new SeeMethod(),
            new SeedMethod(),
            new SetMethod(),
            new TextMethod(),
            new TokensMethod(),
            new WeightMethod())) {
      methods.put(method.signature().name(), method);
    }
    return methods;
  }

  /** How a method is called. */
  public static Optional<Signature> method(String name) {
    return Optional.ofNullable(METHODS.get(name)).map(Builtin::signature);
  }

  public Model model() {
    return model;
  }

  /** Runs the model; says once where the weights come from if no file gave them. */
  public List<Map<String, Tensor>> run(
      XfmContext context,
      List<Map<String, Tensor>> batch,
      Set<String> see,
      Cancellation cancellation) {
    sayInitial(context);
    return model.run(batch, see, cancellation);
  }

  /**
   * Runs the model over an argument.
   *
   * @param value what a script gets of the results and inputs of one sequence; of a batch it gets a
   *     list
   */
  Object results(
      XfmContext context,
      Arguments arguments,
      int at,
      Set<String> see,
      BiFunction<Map<String, Tensor>, Map<String, Tensor>, Object> value) {
    return arguments.at(
        at,
        () -> {
          Given given = Given.of(model, arguments.get(at));
          Cancellation cancellation = Runs.cancellation(arguments.site().location());
          return given.each(run(context, given.sequences(), see, cancellation), value);
        });
  }

  /** The first result. */
  Object first(Map<String, Tensor> results, Map<String, Tensor> inputs) {
    String name = model.graph().results().firstEntry().getKey();
    return seen(model.graph().results().get(name), results.get(name), inputs);
  }

  /** A tensor with what the model's equations say of its axes. */
  Object seen(Value value, Tensor tensor, Map<String, Tensor> inputs) {
    return TensorValue.of(tensor, Optional.of(SeenAxes.of(model, value, inputs)));
  }

  /** All results by name. */
  Object all(Map<String, Tensor> results, Map<String, Tensor> inputs) {
    SequencedMap<String, Object> values = new LinkedHashMap<>();
    results.forEach((name, tensor) ->
        values.put(name, seen(model.graph().results().get(name), tensor, inputs)));
    return new XfmRecord(values);
  }

  @Override
  public Signature signature() {
    return signature;
  }

  @Override
  public Object own() {
    return this;
  }

  /** {@code m([1, 2, 3])}: the result, or a record of all if there are several. */
  @Override
  @TruffleBoundary
  public Object call(Object[] slots, CallSite site) {
    boolean one = model.graph().results().size() == 1;
    return results(
        XfmContext.get(site.location()),
        new Arguments(slots, site),
        0,
        Set.of(),
        one ? this::first : this::all);
  }

  /** Says once what a reader of the results should know of the weights. */
  void sayInitial(XfmContext context) {
    if (saidInitial) {
      return;
    }
    saidInitial = true;
    if (!model.loaded()) {
      context
          .err()
          .println(
              "note: " + model.name() + " runs on initial weights, from the seed " + model.seed());
    }
    model.warnings().forEach(warning -> context.err().println("warning: " + warning));
  }

  void saySliding(XfmContext context, long limit) {
    if (!saidSliding) {
      saidSliding = true;
      context
          .err()
          .println(
              "note: the text is longer than the context: its last "
                  + limit
                  + " tokens are read, what comes before is dropped");
    }
  }

  @Override
  public String kind() {
    return "model";
  }

  @Override
  protected void display(Display out) {
    String parameters = String.format(Locale.ROOT, "%,d", Account.parameters(model.graph()));
    out.raw("model " + model.name() + ", " + parameters + " parameters");
  }

  private Optional<Object> member(String name) {
    return switch (name) {
      case "parameters" -> Optional.of(Account.parameters(model.graph()));
      case "name" -> Optional.of(model.name());
      default -> Optional.ofNullable(METHODS.get(name)).map(method -> new Method(this, method));
    };
  }

  @ExportMessage
  boolean hasMembers() {
    return true;
  }

  @ExportMessage
  @TruffleBoundary
  Object getMembers(@SuppressWarnings("unused") boolean includeInternal) {
    return XfmList.of(MEMBERS);
  }

  @ExportMessage
  @TruffleBoundary
  boolean isMemberReadable(String member) {
    return member(member).isPresent();
  }

  @ExportMessage
  @TruffleBoundary
  boolean isMemberInvocable(String member) {
    return METHODS.containsKey(member);
  }

  @ExportMessage
  @TruffleBoundary
  Object readMember(String member) throws UnknownIdentifierException {
    return member(member).orElseThrow(() -> UnknownIdentifierException.create(member));
  }

  @ExportMessage
  @TruffleBoundary
  Object invokeMember(String member, Object[] arguments) throws UnknownIdentifierException {
    if (!isMemberInvocable(member)) {
      throw UnknownIdentifierException.create(member);
    }
    return Members.invoke(readMember(member), arguments);
  }
}
