package xfm.runtime.fuse;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.PseudoInstruction;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import xfm.runtime.kernel.simd.LoopFolds;
import xfm.runtime.kernel.simd.LoopMemory;
import xfm.runtime.kernel.simd.LoopVectors;
import xfm.runtime.kernel.simd.VectorMaths;

/**
 * Puts the bytecode of vector methods where calls of them would stand. C2 would stop to inline such
 * calls after some hundred (its limit of 18,000 nodes exempts methods of the JDK alone), and each
 * one left makes an object of every vector that it takes or gives.
 */
final class Inliner {
  private static final List<Class<?>> SOURCES =
      List.of(LoopVectors.class, LoopMemory.class, LoopFolds.class, VectorMaths.class);

  private static final Set<String> OWNERS =
      SOURCES.stream()
          .map(source -> source.getName().replace('.', '/'))
          .collect(Collectors.toUnmodifiableSet());

  private static final Map<String, List<CodeElement>> METHODS = read();

  private static Map<String, List<CodeElement>> read() {
    Map<String, List<CodeElement>> methods = new HashMap<>();
    for (Class<?> source : SOURCES) {
      try (InputStream bytes = source.getResourceAsStream(source.getSimpleName() + ".class")) {
        for (MethodModel method : ClassFile.of().parse(bytes.readAllBytes()).methods()) {
          String key = key(method.methodName().stringValue(), method.methodTypeSymbol());
          method.code().ifPresent(code -> methods.put(key, code.elementList()));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return Map.copyOf(methods);
  }

  private final CodeBuilder code;

  Inliner(CodeBuilder code) {
    this.code = code;
  }

  private static String key(String name, MethodTypeDesc type) {
    return name + type.descriptorString();
  }

  /** How many calls of the Vector API a method makes. */
  static int calls(String name, MethodTypeDesc type) {
    int calls = 0;
    for (CodeElement element : METHODS.get(key(name, type))) {
      if (element instanceof InvokeInstruction invoke) {
        calls += isOwn(invoke) ? calls(invoke.name().stringValue(), invoke.typeSymbol()) : 1;
      }
    }
    return calls;
  }

  /**
   * The bytecode of a method where it is put, about: what it has of locals is far from the first.
   */
  static int bytes(String name, MethodTypeDesc type) {
    int bytes = 12;
    for (CodeElement element : METHODS.get(key(name, type))) {
      bytes +=
          switch (element) {
            case InvokeInstruction invoke when isOwn(invoke) ->
                bytes(invoke.name().stringValue(), invoke.typeSymbol());
            case LoadInstruction _, StoreInstruction _ -> 4;
            case Instruction instruction -> instruction.sizeInBytes();
            default -> 0;
          };
    }
    return bytes;
  }

  private static boolean isOwn(InvokeInstruction invoke) {
    return OWNERS.contains(invoke.owner().asInternalName())
        && !invoke.name().stringValue().startsWith("each");
  }

  /** arguments → result, as a call would. */
  void inline(String name, MethodTypeDesc type) {
    List<CodeElement> model = METHODS.get(key(name, type));
    if (model == null) {
      throw new IllegalStateException("no vector method " + key(name, type));
    }
    Map<Integer, Integer> locals = new HashMap<>();
    int slot = 0;
    List<Integer> slots = new ArrayList<>();
    for (int i = 0; i < type.parameterCount(); i++) {
      slots.add(slot);
      slot += TypeKind.from(type.parameterType(i)).slotSize();
    }
    for (int i = type.parameterCount() - 1; i >= 0; i--) {
      TypeKind kind = TypeKind.from(type.parameterType(i)).asLoadable();
      int local = code.allocateLocal(kind);
      locals.put(slots.get(i), local);
      code.storeLocal(kind, local);
    }
    Map<Label, Label> labels = new HashMap<>();
    Label end = code.newLabel();
    for (CodeElement element : model) {
      copy(element, locals, labels, end);
    }
    code.labelBinding(end);
  }

  private void copy(
      CodeElement element, Map<Integer, Integer> locals, Map<Label, Label> labels, Label end) {
    switch (element) {
      case LabelTarget target ->
          code.labelBinding(labels.computeIfAbsent(target.label(), _ -> code.newLabel()));
      case PseudoInstruction _ -> {}
      case BranchInstruction branch ->
          code.branch(
              branch.opcode(), labels.computeIfAbsent(branch.target(), _ -> code.newLabel()));
      case LoadInstruction load ->
          code.loadLocal(load.typeKind(), local(locals, load.slot(), load.typeKind()));
      case StoreInstruction store ->
          code.storeLocal(store.typeKind(), local(locals, store.slot(), store.typeKind()));
      case IncrementInstruction add ->
          code.iinc(local(locals, add.slot(), TypeKind.INT), add.constant());
      case ReturnInstruction _ -> code.goto_(end);
      case InvokeInstruction invoke when isOwn(invoke) ->
          inline(invoke.name().stringValue(), invoke.typeSymbol());
      default -> code.with(element);
    }
  }

  private int local(Map<Integer, Integer> locals, int slot, TypeKind kind) {
    return locals.computeIfAbsent(slot, _ -> code.allocateLocal(kind));
  }
}
