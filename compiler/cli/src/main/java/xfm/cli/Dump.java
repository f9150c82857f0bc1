package xfm.cli;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import xfm.cli.host.Session;

/** {@code xfm dump STAGE TARGET}. */
@Command(
    name = "dump",
    description = "Show what the compiler makes of a program.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  xfm dump --ast my.xfm",
      "  xfm dump --plan my.xfm#gpt",
      "  xfm dump --plan my.xfm#gpt --set d=512 heads=8 --length n=1024",
      "  xfm dump --flat examples/models/shakespeare > flat.xfm"
    })
final class Dump implements Runnable {
  @ParentCommand private Xfm xfm;

  @ArgGroup(multiplicity = "1")
  private Stage stage;

  @Parameters(
      paramLabel = "TARGET",
      description = "A file, one model of it as FILE#model, or a model's folder.")
  private String target;

  @Mixin private ModelOptions options = new ModelOptions();

  @Spec private CommandSpec spec;

  static final class Stage {
    @Option(names = "--ast", description = "The syntax tree.")
    private boolean ast;

    @Option(names = "--graph", description = "The checked graph of equations.")
    private boolean graph;

    @Option(names = "--plan", description = "The kernels and buffers, in the order of execution.")
    private boolean plan;

    @Option(
        names = "--flat",
        description = "The model as one list of equations, which is itself a program.")
    private boolean flat;

    String name() {
      return ast ? "ast" : graph ? "graph" : plan ? "plan" : "flat";
    }
  }

  @Override
  public void run() {
    if (stage.ast && !options.settings().isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--set changes nothing in --ast: the syntax tree has no sizes");
    }
    if (!stage.plan && !options.lengths().isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--length is for --plan: nothing else shows numbers of a run");
    }
    try (Session session = xfm.session()) {
      Text.print(
          xfm.world().out(),
          session
              .tool()
              .dump(
                  stage.name(), target, options.program(), options.settings(), options.lengths()));
    }
  }
}
