package xfm.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Token ids as typed: {@code 1,2,3}. */
record TokenIds(List<Long> ids) {
  static final class Converter implements ITypeConverter<TokenIds> {
    @Override
    public TokenIds convert(String text) {
      var ids = new ArrayList<Long>();
      for (String word : text.strip().split("\\s*,\\s*|\\s+", -1)) {
        if (word.isEmpty()) {
          throw new TypeConversionException(
              "a token id is missing in '%s'; write ids as 1,2,3".formatted(text));
        }
        if (!word.matches("[0-9]{1,18}")) {
          throw new TypeConversionException(
              "'%s' is not a token id; write ids as 1,2,3".formatted(word));
        }
        ids.add(Long.parseLong(word));
      }
      return new TokenIds(ids);
    }
  }
}
