package xfm.runtime.fuse;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import xfm.runtime.kernel.Maths;

/** Bytecode of single operations on scalars; operands are on the stack. */
final class Instructions {
  static final ClassDesc SEGMENT = desc(MemorySegment.class);

  private static final ClassDesc MATH = desc(Math.class);
  private static final ClassDesc MATHS = desc(Maths.class);
  private static final ClassDesc LAYOUTS = desc(ValueLayout.class);

  private static final ClassDesc FLOATS = ConstantDescs.CD_float.arrayType();

  private Instructions() {}

  /** What a slot is. */
  static ClassDesc memory(boolean array) {
    return array ? FLOATS : SEGMENT;
  }

  static ClassDesc desc(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }

  static void constant(CodeBuilder code, Code value) {
    switch (value) {
      case Code.FloatValue(float v) -> code.loadConstant(v);
      case Code.IntValue(int v) -> code.loadConstant(v);
      case Code.LongValue(long v) -> code.loadConstant(v);
      case Code.BoolValue(boolean v) -> code.loadConstant(v ? 1 : 0);
      case Code.AxisAt _,
          Code.ParamAt _,
          Code.Element _,
          Code.Apply _,
          Code.Widen _,
          Code.Combine _,
          Code.Test _,
          Code.Choose _,
          Code.Reduce _ ->
          throw new IllegalStateException("not a constant: " + value);
    }
  }

  /** segment → segment, layout. */
  static void layout(CodeBuilder code, Elem elem) {
    ClassDesc type = layoutOf(elem);
    switch (elem) {
      case F32 -> code.getstatic(LAYOUTS, "JAVA_FLOAT", type);
      case I32 -> code.getstatic(LAYOUTS, "JAVA_INT", type);
      case BOOL -> code.getstatic(LAYOUTS, "JAVA_BYTE", type);
    }
  }

  /** segment, layout, offset → value. */
  static void load(CodeBuilder code, Elem elem) {
    MethodTypeDesc get = MethodTypeDesc.of(storedAs(elem), layoutOf(elem), ConstantDescs.CD_long);
    // A byte has no getAtIndex of its own before get: its index is its offset.
    code.invokeinterface(SEGMENT, elem == Elem.BOOL ? "get" : "getAtIndex", get);
    if (elem == Elem.BOOL) {
      pushTest(code, Opcode.IFNE);
    }
  }

  /** segment, layout, offset, value → nothing. */
  static void store(CodeBuilder code, Elem elem) {
    MethodTypeDesc set =
        MethodTypeDesc.of(
            ConstantDescs.CD_void, layoutOf(elem), ConstantDescs.CD_long, storedAs(elem));
    code.invokeinterface(SEGMENT, elem == Elem.BOOL ? "set" : "setAtIndex", set);
  }

  private static ClassDesc layoutOf(Elem elem) {
    return switch (elem) {
      case F32 -> desc(ValueLayout.OfFloat.class);
      case I32 -> desc(ValueLayout.OfInt.class);
      case BOOL -> desc(ValueLayout.OfByte.class);
    };
  }

  private static ClassDesc storedAs(Elem elem) {
    return switch (elem) {
      case F32 -> ConstantDescs.CD_float;
      case I32 -> ConstantDescs.CD_int;
      case BOOL -> ConstantDescs.CD_byte;
    };
  }

  /** a → op(a); {@code kind} is that of a. */
  static void apply(CodeBuilder code, UnaryOp op, TypeKind kind) {
    boolean real = kind == TypeKind.FLOAT;
    switch (op) {
      case NEG -> {
        if (real) {
          code.fneg();
        } else {
          code.ineg();
        }
      }
      case ABS -> call(code, MATH, "abs", kind, kind);
      case EXP -> call(code, MATHS, "exp", kind, kind);
      case LOG -> call(code, MATHS, "log", kind, kind);
      case SQRT -> call(code, MATHS, "sqrt", kind, kind);
      case SIN -> call(code, MATHS, "sin", kind, kind);
      case COS -> call(code, MATHS, "cos", kind, kind);
      case TANH -> call(code, MATHS, "tanh", kind, kind);
      case ERF -> call(code, MATHS, "erf", kind, kind);
      case FLOOR -> call(code, MATHS, "floor", TypeKind.INT, kind);
      case TO_FLOAT -> code.i2f();
      case NOT -> code.loadConstant(1).ixor();
    }
  }

  /** a, b → op(a, b); {@code kind} is that of both. */
  static void combine(CodeBuilder code, BinaryOp op, TypeKind kind) {
    switch (op) {
      case ADD -> code.with(operator(kind, Opcode.FADD, Opcode.IADD, Opcode.LADD));
      case SUB -> code.with(operator(kind, Opcode.FSUB, Opcode.ISUB, Opcode.LSUB));
      case MUL -> code.with(operator(kind, Opcode.FMUL, Opcode.IMUL, Opcode.LMUL));
      case DIV -> code.fdiv();
      case FLOOR_DIV -> call(code, MATH, "floorDiv", kind, kind, kind);
      case FLOOR_MOD -> call(code, MATH, "floorMod", kind, kind, kind);
      case POW -> call(code, MATHS, "pow", kind, kind, kind);
      case MIN -> call(code, MATH, "min", kind, kind, kind);
      case MAX -> call(code, MATH, "max", kind, kind, kind);
      case AND, OR -> throw new IllegalStateException(op + " was lowered to a choice");
    }
  }

  private static java.lang.classfile.instruction.OperatorInstruction operator(
      TypeKind kind, Opcode real, Opcode whole, Opcode wide) {
    return java.lang.classfile.instruction.OperatorInstruction.of(
        kind == TypeKind.FLOAT ? real : kind == TypeKind.LONG ? wide : whole);
  }

  /** Whether a value is 2^k. */
  static boolean isPowerOfTwo(Node node) {
    return node.code instanceof Code.IntValue(int v) && v > 0 && (v & v - 1) == 0;
  }

  /** a → a // 2^k or a % 2^k, for ints: the floor is what a shift and a mask give. */
  static void floorByPowerOfTwo(CodeBuilder code, BinaryOp op, int divisor) {
    if (op == BinaryOp.FLOOR_DIV) {
      code.loadConstant(Integer.numberOfTrailingZeros(divisor)).ishr();
    } else {
      code.loadConstant(divisor - 1).iand();
    }
  }

  /** a, b → nothing; jumps if {@code a op b} is {@code sense}. */
  static void compare(CodeBuilder code, CompareOp op, TypeKind kind, boolean sense, Label target) {
    if (kind == TypeKind.FLOAT) {
      // A NaN must make every comparison but != false: it counts as above for <, as below for >.
      if (op == CompareOp.LT || op == CompareOp.LE) {
        code.fcmpg();
      } else {
        code.fcmpl();
      }
      code.branch(
          switch (op) {
            case EQ -> sense ? Opcode.IFEQ : Opcode.IFNE;
            case NE -> sense ? Opcode.IFNE : Opcode.IFEQ;
            case LT -> sense ? Opcode.IFLT : Opcode.IFGE;
            case LE -> sense ? Opcode.IFLE : Opcode.IFGT;
            case GT -> sense ? Opcode.IFGT : Opcode.IFLE;
            case GE -> sense ? Opcode.IFGE : Opcode.IFLT;
          },
          target);
    } else {
      code.branch(
          switch (op) {
            case EQ -> sense ? Opcode.IF_ICMPEQ : Opcode.IF_ICMPNE;
            case NE -> sense ? Opcode.IF_ICMPNE : Opcode.IF_ICMPEQ;
            case LT -> sense ? Opcode.IF_ICMPLT : Opcode.IF_ICMPGE;
            case LE -> sense ? Opcode.IF_ICMPLE : Opcode.IF_ICMPGT;
            case GT -> sense ? Opcode.IF_ICMPGT : Opcode.IF_ICMPLE;
            case GE -> sense ? Opcode.IF_ICMPGE : Opcode.IF_ICMPLT;
          },
          target);
    }
  }

  /** int → 1 if the jump would be taken, else 0. */
  private static void pushTest(CodeBuilder code, Opcode jump) {
    Label yes = code.newLabel();
    Label end = code.newLabel();
    code.branch(jump, yes).iconst_0().goto_(end);
    code.labelBinding(yes).iconst_1().labelBinding(end);
  }

  static void call(
      CodeBuilder code, ClassDesc owner, String name, TypeKind result, TypeKind... in) {
    ClassDesc[] types = new ClassDesc[in.length];
    for (int k = 0; k < in.length; k++) {
      types[k] = in[k].upperBound();
    }
    code.invokestatic(owner, name, MethodTypeDesc.of(result.upperBound(), types));
  }
}
