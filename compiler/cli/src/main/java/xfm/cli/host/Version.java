package xfm.cli.host;

import java.util.Optional;

/** What is running. */
public final class Version {
  private Version() {}

  /** The version of xfm; "development" when it is not run as a module. */
  public static String xfm() {
    return Optional.ofNullable(Version.class.getModule().getDescriptor())
        .flatMap(module -> module.rawVersion())
        .orElse("development");
  }

  /** The version and vendor of Java. */
  public static String java() {
    return Runtime.version() + " (" + System.getProperty("java.vendor") + ")";
  }

  /** The operating system and the processor's architecture. */
  public static String system() {
    return System.getProperty("os.name")
        + " "
        + System.getProperty("os.version")
        + " "
        + System.getProperty("os.arch");
  }
}
