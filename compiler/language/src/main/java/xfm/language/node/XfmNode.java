package xfm.language.node;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.dsl.TypeSystemReference;
import com.oracle.truffle.api.frame.Frame;
import com.oracle.truffle.api.frame.VirtualFrame;
import com.oracle.truffle.api.instrumentation.GenerateWrapper;
import com.oracle.truffle.api.instrumentation.InstrumentableNode;
import com.oracle.truffle.api.instrumentation.ProbeNode;
import com.oracle.truffle.api.instrumentation.StandardTags;
import com.oracle.truffle.api.instrumentation.Tag;
import com.oracle.truffle.api.interop.NodeLibrary;
import com.oracle.truffle.api.library.ExportLibrary;
import com.oracle.truffle.api.library.ExportMessage;
import com.oracle.truffle.api.nodes.Node;
import com.oracle.truffle.api.nodes.UnexpectedResultException;
import com.oracle.truffle.api.source.SourceSection;
import java.util.Optional;
import xfm.compiler.ast.Expr.BinaryOp;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.diag.XfmException;
import xfm.compiler.source.Span;
import xfm.language.XfmContext;
import xfm.language.error.XfmError;
import xfm.language.value.Elementwise;
import xfm.language.value.TensorValue;

/**
 * A statement or an expression of a script. Every node gives a value; that of most statements is
 * {@code Nothing}.
 */
@GenerateWrapper
@TypeSystemReference(XfmTypes.class)
@ExportLibrary(value = NodeLibrary.class)
public abstract class XfmNode extends Node implements InstrumentableNode {
  private final Span span;
  private boolean statement;

  protected XfmNode(Span span) {
    this.span = span;
  }

  /** For the wrappers of instruments. */
  protected XfmNode(XfmNode wrapped) {
    this(wrapped.span);
  }

  public abstract Object execute(VirtualFrame frame);

  public long executeLong(VirtualFrame frame) throws UnexpectedResultException {
    return XfmTypesGen.expectLong(execute(frame));
  }

  public double executeDouble(VirtualFrame frame) throws UnexpectedResultException {
    return XfmTypesGen.expectDouble(execute(frame));
  }

  public boolean executeBoolean(VirtualFrame frame) throws UnexpectedResultException {
    return XfmTypesGen.expectBoolean(execute(frame));
  }

  /** Where it was written. */
  public final Span span() {
    return span;
  }

  /** Marks the node as something a debugger steps over. */
  public final XfmNode asStatement() {
    statement = true;
    return this;
  }

  protected static boolean isTensor(Object value) {
    return value instanceof TensorValue;
  }

  /** Two tensors, or a tensor and a number, element by element; nothing for other values. */
  @TruffleBoundary
  protected final Optional<Object> tensors(BinaryOp op, Object left, Object right) {
    try {
      return Elementwise.apply(op, left, right);
    } catch (XfmException problem) {
      throw XfmContext.get(this)
          .problems()
          .translate(problem, Optional.of(span()), this)
          .orElseThrow();
    }
  }

  /** A guest exception thrown from here. */
  @TruffleBoundary
  protected final XfmError error(Diagnostic problem) {
    return XfmContext.get(this).problems().error(problem, XfmError.Phase.RUN, this);
  }

  @Override
  @TruffleBoundary
  public SourceSection getSourceSection() {
    XfmRootNode root = (XfmRootNode) getRootNode();
    return root == null ? null : root.section(span);
  }

  @Override
  public final boolean isInstrumentable() {
    return true;
  }

  @Override
  public final WrapperNode createWrapper(ProbeNode probe) {
    return new XfmNodeWrapper(this, this, probe);
  }

  @Override
  public boolean hasTag(Class<? extends Tag> tag) {
    return tag == StandardTags.StatementTag.class ? statement : isExpression(tag);
  }

  private boolean isExpression(Class<? extends Tag> tag) {
    return tag == StandardTags.ExpressionTag.class && !statement;
  }

  @ExportMessage
  final boolean hasScope(Frame frame) {
    return frame != null && getRootNode() instanceof XfmRootNode;
  }

  @ExportMessage
  final Object getScope(Frame frame, @SuppressWarnings("unused") boolean nodeEnter) {
    return new LocalScope((XfmRootNode) getRootNode(), frame.materialize());
  }
}
