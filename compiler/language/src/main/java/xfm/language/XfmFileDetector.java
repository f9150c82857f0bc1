package xfm.language;

import com.oracle.truffle.api.TruffleFile;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Files whose name ends in {@code .xfm} are xfm in UTF-8. */
public final class XfmFileDetector implements TruffleFile.FileTypeDetector {
  @Override
  public String findMimeType(TruffleFile file) {
    return file.getName().endsWith(".xfm") ? XfmLanguage.MIME_TYPE : null;
  }

  @Override
  public Charset findEncoding(TruffleFile file) {
    return file.getName().endsWith(".xfm") ? StandardCharsets.UTF_8 : null;
  }
}
