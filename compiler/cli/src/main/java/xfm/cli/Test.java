package xfm.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code xfm test}, which the launcher carries out: it builds and needs no language. */
@Command(
    name = "test",
    description = "Run xfm's own tests (in a checkout of the sources).",
    footerHeading = "%nExamples:%n",
    footer = {"  xfm test", "  xfm test -pl runtime -Dtest='Contract*'"})
final class Test implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "ARGUMENT", description = "What Maven is given.")
  private List<String> arguments = List.of();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "the tests are run by the launcher of a checkout: ./xfm test");
  }
}
