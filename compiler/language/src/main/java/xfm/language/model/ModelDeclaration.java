package xfm.language.model;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.UnknownIdentifierException;
import com.oracle.truffle.api.library.ExportLibrary;
import com.oracle.truffle.api.library.ExportMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import xfm.compiler.ast.Ast;
import xfm.compiler.ast.Item;
import xfm.compiler.ast.Type;
import xfm.compiler.program.Model;
import xfm.compiler.program.Program;
import xfm.compiler.source.Span;
import xfm.language.XfmContext;
import xfm.language.call.Arguments;
import xfm.language.call.Builtin;
import xfm.language.call.CallSite;
import xfm.language.call.Method;
import xfm.language.call.Parameter;
import xfm.language.call.Signature;
import xfm.language.call.XfmCallable;
import xfm.language.translate.Translator;
import xfm.language.value.Display;
import xfm.language.value.XfmList;

/**
 * A declared model: called with settings it gives the model with first weights from a seed, {@code
 * load} gives it with the weights of a folder.
 */
@ExportLibrary(InteropLibrary.class)
public final class ModelDeclaration extends XfmCallable {
  private static final Load LOAD = new Load();

  private final Item.Declaration declaration;
  private final Program program;
  private final Signature signature;

  public ModelDeclaration(Item.Declaration declaration, Program program) {
    this.declaration = declaration;
    this.program = program;
    List<Ast.Parameter> settings =
        declaration.parameters().stream()
            .filter(p -> !(p.type().orElse(null) instanceof Type.Tensor))
            .toList();
    Signature all = Translator.signature(declaration.name().text(), settings);
    this.signature = new Signature(all.name(), all.parameters(), false, true);
  }

  /** How a method is called. */
  public static Optional<Signature> method(String name) {
    return name.equals("load") ? Optional.of(LOAD.signature()) : Optional.empty();
  }

  @Override
  public String kind() {
    return "model declaration";
  }

  @Override
  protected void display(Display out) {
    out.raw("model " + signature.usage());
  }

  @Override
  public Signature signature() {
    return signature;
  }

  @Override
  public Object own() {
    return this;
  }

  @Override
  @TruffleBoundary
  public Object call(Object[] slots, CallSite site) {
    Map<String, Object> settings = new LinkedHashMap<>();
    List<Parameter> parameters = signature.parameters();
    for (int p = 0; p < parameters.size(); p++) {
      if (slots[p + 1] != null) {
        settings.put(parameters.get(p).name(), slots[p + 1]);
      }
    }
    XfmContext context = XfmContext.get(site.location());
    return new ModelValue(context.own(program.make(declaration, settings, place(site))));
  }

  private Span place(CallSite site) {
    return site.span().orElse(declaration.name().span());
  }

  @ExportMessage
  boolean hasMembers() {
    return true;
  }

  @ExportMessage
  Object getMembers(@SuppressWarnings("unused") boolean includeInternal) {
    return new XfmList("load");
  }

  @ExportMessage
  boolean isMemberReadable(String member) {
    return member.equals("load");
  }

  @ExportMessage
  boolean isMemberInvocable(String member) {
    return member.equals("load");
  }

  @ExportMessage
  @TruffleBoundary
  Object readMember(String member) throws UnknownIdentifierException {
    if (!isMemberReadable(member)) {
      throw UnknownIdentifierException.create(member);
    }
    return new Method(this, LOAD);
  }

  @ExportMessage
  @TruffleBoundary
  Object invokeMember(String member, Object[] arguments) throws UnknownIdentifierException {
    return Members.invoke(readMember(member), arguments);
  }

  /** {@code gpt2.load("folder")}: a checkpoint in Hugging Face's layout. */
  private static final class Load extends Builtin {
    Load() {
      super(Signature.of("load", Parameter.required("folder", Parameter.Kind.TEXT)));
    }

    @Override
    protected Object call(XfmContext context, Arguments arguments) {
      ModelDeclaration of = (ModelDeclaration) arguments.receiver();
      Model model =
          of.program.load(
              of.declaration,
              context.files().path(arguments.text(0), arguments.site().location()),
              of.place(arguments.site()));
      return new ModelValue(context.own(model));
    }
  }
}
