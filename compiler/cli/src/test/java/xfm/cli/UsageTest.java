package xfm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is typed wrongly is said so, with exit code 2, before the language is started. */
class UsageTest {
  @TempDir Path home;

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "run                                   ; Missing required parameter: 'FILE'",
        "chekc my.xfm                          ; there is no command 'chekc'",
        "check                                 ; Missing required parameter: 'FILE'",
        "dump my.xfm                           ; --ast | --graph",
        "dump --ast --plan my.xfm              ; mutually exclusive",
        "account my.xfm#m --set d              ; --set needs NAME=VALUE",
        "account my.xfm#m --set                ; --set",
        "account my.xfm#m other.xfm --length 0 ; --length must be from 1 to 2147483647, but is 0",
        "account my.xfm#m b.xfm --length n=8,   ; --length needs numbers",
        "logits m --out f                      ; --tokens",
        "logits m --tokens 1,2                 ; --out",
        "--memory much run a                   ; --memory is a size",
        "account my.xfm --memory 2G            ; there is no option '--memory'",
        "doctor --memory 2G                    ; there is no option '--memory'",
        "check my.xfm --threads 2              ; there is no option '--threads'",
        "--memory 2G account my.xfm            ; are for what runs models: run, repl, logits",
        "logits m --input x.npy --out f        ; KEY=VALUE",
        "logits m --tokens 1,x --out f         ; 'x' is not a token id",
        "logits m --tokens -1 --out f          ; '-1' is not a token id",
        "logits m --tokens 1,,2, --out f       ; a token id is missing in '1,,2,'",
        "generate m                            ; --prompt",
        "generate m --prompt a --tokens 1      ; mutually exclusive",
        "generate m --prompt a --max 0         ; --max must be at least 1",
        "generate m --prompt a --max many      ; 'many'",
        "generate m --prompt a --greedy --top-k 3; --greedy",
        "doctor --threads 0                    ; --threads must be from 1",
        "--threads 1025 doctor                 ; --threads must be from 1",
        "test                                  ; ./xfm test",
        "--nope                                ; --nope",
      })
  void wrongUsageIsExplained(String typed, String explained) {
    var fake = new Fake(home);
    assertEquals(2, fake.run(typed.split(" +")), fake.err());
    assertTrue(fake.err().startsWith("error: "), fake.err());
    assertTrue(fake.err().contains(explained), fake.err());
    assertTrue(fake.err().contains("--help'"), fake.err());
    assertEquals("", fake.out());
  }

  @Test
  void aMistypedCommandIsGuessed() {
    var fake = new Fake(home);
    fake.run("chekc");
    assertTrue(fake.err().contains("did you mean `check`?"), fake.err());
  }

  @Test
  void noCommandIsWrongUsage() {
    var fake = new Fake(home);
    assertEquals(2, fake.run());
    assertTrue(fake.err().contains("a command is missing"), fake.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run",
        "repl",
        "check",
        "explain",
        "fmt",
        "dump",
        "account",
        "logits",
        "generate",
        "doctor",
        "test"
      })
  void everyCommandHasHelpWithExamples(String command) {
    var fake = new Fake(home);
    assertEquals(0, fake.run(command, "--help"));
    assertTrue(fake.out().startsWith("Usage: xfm " + command), fake.out());
    assertTrue(fake.out().contains("Examples:\n  xfm "), fake.out());
    assertTrue(fake.out().lines().allMatch(line -> line.length() <= 100), fake.out());
    var all = new Fake(home);
    assertEquals(0, all.run("--help"));
    assertTrue(all.out().lines().anyMatch(line -> line.startsWith("  " + command)), all.out());
  }

  @Test
  void versionNamesXfmAndJava() {
    var fake = new Fake(home);
    assertEquals(0, fake.run("--version"));
    assertTrue(fake.out().startsWith("xfm "), fake.out());
    assertTrue(fake.out().contains("Java " + Runtime.version()), fake.out());
  }
}
