package xfm.language.node;

import com.oracle.truffle.api.CompilerDirectives;
import com.oracle.truffle.api.Truffle;
import com.oracle.truffle.api.frame.VirtualFrame;
import com.oracle.truffle.api.nodes.LoopNode;
import com.oracle.truffle.api.nodes.Node;
import com.oracle.truffle.api.nodes.RepeatingNode;
import java.util.Optional;
import xfm.compiler.diag.Code;
import xfm.compiler.diag.Diagnostic;
import xfm.compiler.source.Span;
import xfm.language.value.Nothing;
import xfm.language.value.Sequence;
import xfm.language.value.Values;

/** {@code for x in values { … }}. The values and the turn stand in two slots without a name. */
public final class ForNode extends XfmNode {
  private final int valuesSlot;
  private final int turnSlot;
  @Child private XfmNode values;
  @Child private LoopNode loop;

  /** A loop over {@code values}; {@code body} reads its element with {@link Next}. */
  public ForNode(Span span, int valuesSlot, int turnSlot, XfmNode values, XfmNode body) {
    super(span);
    this.valuesSlot = valuesSlot;
    this.turnSlot = turnSlot;
    this.values = values;
    this.loop = Truffle.getRuntime().createLoopNode(new Turn(valuesSlot, turnSlot, body));
  }

  @Override
  public Object execute(VirtualFrame frame) {
    Object list = values.execute(frame);
    Optional<Sequence> sequence = Values.sequence(list);
    if (sequence.isEmpty()) {
      CompilerDirectives.transferToInterpreter();
      throw error(
          Diagnostic.of(Code.TYPE, "`for` goes through a list")
              .at(values.span(), "this is " + Values.describe(list))
              .help(list instanceof Long n ? "write `range(" + n + ")`" : ""));
    }
    frame.setObject(valuesSlot, sequence.get());
    frame.setObject(turnSlot, 0L);
    loop.execute(frame);
    return Nothing.VALUE;
  }

  /** The element of this turn. */
  public static final class Next extends XfmNode {
    private final int valuesSlot;
    private final int turnSlot;

    public Next(Span span, int valuesSlot, int turnSlot) {
      super(span);
      this.valuesSlot = valuesSlot;
      this.turnSlot = turnSlot;
    }

    @Override
    public Object execute(VirtualFrame frame) {
      long turn = (long) frame.getObject(turnSlot);
      frame.setObject(turnSlot, turn + 1);
      return ((Sequence) frame.getObject(valuesSlot)).get(turn);
    }
  }

  private static final class Turn extends Node implements RepeatingNode {
    private final int valuesSlot;
    private final int turnSlot;
    @Child private XfmNode body;

    Turn(int valuesSlot, int turnSlot, XfmNode body) {
      this.valuesSlot = valuesSlot;
      this.turnSlot = turnSlot;
      this.body = body;
    }

    @Override
    public boolean executeRepeating(VirtualFrame frame) {
      Sequence list = (Sequence) frame.getObject(valuesSlot);
      boolean goesOn = (long) frame.getObject(turnSlot) < list.size();
      if (goesOn) {
        body.execute(frame);
      }
      return goesOn;
    }
  }
}
