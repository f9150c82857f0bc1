package xfm.examples;

import java.io.File;
import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.IOAccess;

/**
 * A Java program that runs a model inside itself and gets its text as it is written. After {@code
 * ./xfm --version} and {@code ./xfm mvn -q -pl examples -am package -DskipTests}:
 *
 * <pre>
 * java -p target/xfm/lib:examples/target/xfm-examples-0.1.0.jar \
 *   --add-modules jdk.incubator.vector --enable-native-access=org.graalvm.truffle \
 *   --sun-misc-unsafe-memory-access=allow -Dpolyglot.engine.WarnInterpreterOnly=false \
 *   -m xfm.examples/xfm.examples.StreamShakespeare
 * </pre>
 *
 * <p>What happens without a flag: without {@code --add-modules} the scalar kernels run, which give
 * the same bits, are several times slower, and say so (with it, Java says that the module is an
 * incubator's). Without any of the others all is the same but for warnings on standard error:
 * {@code --sun-misc-unsafe-memory-access} and {@code --enable-native-access} silence Java's about
 * Truffle (on the class path the latter is {@code ALL-UNNAMED}), and the last one Truffle's that
 * scripts are interpreted; models have compiled kernels of their own.
 *
 * <p>{@code IOAccess.ALL} lets the program read the model's files; {@code HostAccess.ALL} lets it
 * look into the map and call the callback.
 */
public final class StreamShakespeare {
  private StreamShakespeare() {}

  /** Writes on standard output; the first argument is the program. */
  public static void main(String[] arguments) throws IOException {
    File program = new File(arguments.length > 0 ? arguments[0] : "examples/host/writer.xfm");
    write(program, "ROMEO:\n", 120, System.out::print);
    System.out.println();
  }

  /** Goes on with {@code prompt} for {@code max} tokens, and hands on each piece as it comes. */
  public static void write(File program, String prompt, int max, Consumer<String> onPiece)
      throws IOException {
    Context.Builder settings =
        Context.newBuilder("xfm").allowIO(IOAccess.ALL).allowHostAccess(HostAccess.ALL);
    try (Context context = settings.build()) {
      Value model = context.eval(Source.newBuilder("xfm", program).build());
      Map<String, Object> options = Map.of("max", max, "greedy", true, "on", onPiece);
      model.invokeMember("generate", prompt, options);
    }
  }
}
