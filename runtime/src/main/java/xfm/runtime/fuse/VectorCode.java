package xfm.runtime.fuse;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Optional;

/** Bytecode of single operations on vectors; operands are on the stack. */
final class VectorCode {
  static final ClassDesc DOUBLES = ClassDesc.of("jdk.incubator.vector.DoubleVector");
  private static final ClassDesc FLOATS = ClassDesc.of("jdk.incubator.vector.FloatVector");
  private static final ClassDesc INTS = ClassDesc.of("jdk.incubator.vector.IntVector");
  private static final ClassDesc MASK = ClassDesc.of("jdk.incubator.vector.VectorMask");

  private final Inliner inliner;

  VectorCode(CodeBuilder code) {
    inliner = new Inliner(code);
  }

  /** The type of a vector of such values. */
  static ClassDesc vector(TypeKind kind) {
    return switch (kind) {
      case FLOAT -> FLOATS;
      case INT -> INTS;
      case BOOLEAN -> MASK;
      default -> throw new IllegalStateException("no vectors of " + kind);
    };
  }

  static ClassDesc mask() {
    return MASK;
  }

  void call(String name, ClassDesc result, ClassDesc... in) {
    inliner.inline(name, MethodTypeDesc.of(result, in));
  }

  /** A method that stands for an operation. */
  record Method(String name, MethodTypeDesc type) {
    int calls() {
      return Inliner.calls(name, type);
    }

    int bytes() {
      return Inliner.bytes(name, type);
    }
  }

  void call(Method method) {
    inliner.inline(method.name(), method.type());
  }

  /** The method of an operation on vectors; empty if there is none. */
  static Optional<Method> method(Node node) {
    return switch (node.code) {
      case Code.Apply(UnaryOp op) -> Optional.of(apply(op, node));
      case Code.Combine(BinaryOp op) -> combine(op, node);
      case Code.Test(CompareOp op) -> {
        ClassDesc in = vector(node.in.getFirst().kind);
        yield method(op.name().toLowerCase(java.util.Locale.ROOT), MASK, in, in);
      }
      case Code.Choose _ -> {
        ClassDesc type = vector(node.kind);
        yield method("choose", type, MASK, type, type);
      }
      case Code.FloatValue _, Code.IntValue _, Code.LongValue _, Code.BoolValue _ ->
          Optional.empty();
      case Code.AxisAt _ -> method("count", INTS, ConstantDescs.CD_int);
      case Code.Element(_, Elem elem) -> {
        ClassDesc[] from = {Instructions.SEGMENT, ConstantDescs.CD_long};
        yield switch (elem) {
          case F32 -> method("loadFloat", FLOATS, from);
          case I32 -> method("loadInt", INTS, from);
          case BOOL -> method("loadTruth", MASK, from);
        };
      }
      case Code.ParamAt _, Code.Widen _, Code.Reduce _ -> Optional.empty();
    };
  }

  private static Optional<Method> method(String name, ClassDesc result, ClassDesc... in) {
    return Optional.of(new Method(name, MethodTypeDesc.of(result, in)));
  }

  /** The name of the methods that load a vector along an axis; empty if none does. */
  static Optional<String> load(Node load, int axis) {
    long stride = Strides.of(load.in.getFirst(), axis);
    return switch (load.kind) {
      case FLOAT ->
          stride == 1
              ? Optional.of("loadFloat")
              : stride == 2
                  ? Optional.of("loadEven")
                  : stride == -1 ? Optional.of("loadReversed") : Optional.empty();
      case INT -> stride == 1 ? Optional.of("loadInt") : Optional.empty();
      default -> stride == 1 ? Optional.of("loadTruth") : Optional.empty();
    };
  }

  private static Method apply(UnaryOp op, Node node) {
    String name =
        switch (op) {
          case NEG -> "neg";
          case ABS -> "abs";
          case EXP -> "exp";
          case LOG -> "log";
          case SQRT -> "sqrt";
          case SIN -> "sin";
          case COS -> "cos";
          case TANH -> "tanh";
          case ERF -> "erf";
          case FLOOR -> "floor";
          case TO_FLOAT -> "toFloat";
          case NOT -> "not";
        };
    return new Method(name, MethodTypeDesc.of(vector(node.kind), vector(node.in.getFirst().kind)));
  }

  private static Optional<Method> combine(BinaryOp op, Node node) {
    if (node.kind == TypeKind.LONG) {
      return Optional.empty();
    }
    ClassDesc type = vector(node.kind);
    return switch (op) {
      case ADD -> method("add", type, type, type);
      case SUB -> method("sub", type, type, type);
      case MUL -> method("mul", type, type, type);
      case DIV -> method("div", type, type, type);
      case MIN -> method("min", type, type, type);
      case MAX -> method("max", type, type, type);
      case FLOOR_DIV, FLOOR_MOD ->
          Instructions.isPowerOfTwo(node.in.get(1))
              ? method(
                  op == BinaryOp.FLOOR_DIV ? "shift" : "keep", INTS, INTS, ConstantDescs.CD_int)
              : Optional.empty();
      case POW -> {
        boolean cube = node.in.get(1).code instanceof Code.FloatValue(float v) && v == 3f;
        yield node.kind == TypeKind.FLOAT
            ? method(cube ? "cube" : "pow", type, type, type)
            : Optional.empty();
      }
      case AND, OR -> Optional.empty();
    };
  }
}
