package xfm.compiler.program;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import java.util.Random;

/**
 * Jazzer looks for programs that are neither refused with a place nor run: {@code JAZZER_FUZZ=1
 * ./xfm mvn -Pfuzz -pl compiler/core -am test -Dtest=ProgramFuzzTest
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class ProgramFuzzTest {
  @FuzzTest(maxDuration = "10m")
  void everyProgramIsWrongWithAPlaceOrRuns(FuzzedDataProvider data) {
    String text = new RandomProgram(data).text();
    try {
      new Trial(new Random(1)).of("fuzz.xfm", text, Path.of("."));
    } catch (RuntimeException | Error e) {
      throw new AssertionError(text, e);
    }
  }
}
