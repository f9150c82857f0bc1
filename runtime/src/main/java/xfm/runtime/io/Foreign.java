package xfm.runtime.io;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A kind of file that is often found under another kind's name, told by its first bytes.
 *
 * @param what what the file is
 * @param fix how to get the file that was wanted
 */
record Foreign(String what, String fix) {
  private static final int START = 64;

  static final String CONVERT =
      "load it with PyTorch where it is trusted and save the tensors with"
          + " safetensors.torch.save_file(state_dict, \"model.safetensors\")";

  private record Magic(byte[] start, Foreign kind) {}

  private static final List<Magic> MAGICS =
      List.of(
          magic(
              "version https://git-lfs",
              "a Git LFS pointer, the placeholder of a file that was not downloaded",
              "run `git lfs pull` in its repository, or download the file itself"),
          magic(
              "PK\3\4",
              "a zip archive, as torch.save and numpy.savez write",
              "if it is a PyTorch file, " + CONVERT),
          magic("\u0080\2", "a Python pickle, which can run code when loaded", CONVERT),
          magic("\u0080\3", "a Python pickle, which can run code when loaded", CONVERT),
          magic("\u0080\4", "a Python pickle, which can run code when loaded", CONVERT),
          magic("\u0080\5", "a Python pickle, which can run code when loaded", CONVERT),
          magic("GGUF", "a GGUF file", "take the model in the safetensors format"),
          magic("\u0089HDF", "an HDF5 file", "take the model in the safetensors format"),
          magic("\u0093NUMPY", "a NumPy array file", "name it .npy where an array is wanted"),
          magic("\u001f\u008b", "compressed with gzip", "unpack it first"));

  private static final Foreign HTML =
      new Foreign(
          "an HTML page, such as the error page of a download that failed", "download it again");

  private static Magic magic(String start, String what, String fix) {
    byte[] bytes = start.getBytes(StandardCharsets.ISO_8859_1);
    return new Magic(bytes, new Foreign(what, fix));
  }

  /** The kind of file that begins so, if it is one of those often seen in a wrong place. */
  static Optional<Foreign> of(byte[] bytes) {
    byte[] start = Arrays.copyOf(bytes, Math.min(bytes.length, START));
    for (Magic magic : MAGICS) {
      int length = magic.start.length;
      if (start.length >= length && Arrays.equals(start, 0, length, magic.start, 0, length)) {
        return Optional.of(magic.kind);
      }
    }
    boolean html = new String(start, StandardCharsets.ISO_8859_1).strip().startsWith("<");
    return html ? Optional.of(HTML) : Optional.empty();
  }
}
