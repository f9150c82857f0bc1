package xfm.language.node;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.frame.VirtualFrame;
import com.oracle.truffle.api.nodes.ExplodeLoop;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import xfm.compiler.source.Span;
import xfm.language.value.XfmRecord;

/** {@code {logits: x, pooled: y}}; the names are known to differ. */
public final class RecordNode extends XfmNode {
  private final String[] names;
  @Children private final XfmNode[] values;

  public RecordNode(Span span, String[] names, XfmNode[] values) {
    super(span);
    this.names = names;
    this.values = values;
  }

  @Override
  @ExplodeLoop
  public Object execute(VirtualFrame frame) {
    Object[] fields = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      fields[i] = values[i].execute(frame);
    }
    return make(fields);
  }

  @TruffleBoundary
  private XfmRecord make(Object[] fields) {
    SequencedMap<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < names.length; i++) {
      map.put(names[i], fields[i]);
    }
    return new XfmRecord(map);
  }
}
