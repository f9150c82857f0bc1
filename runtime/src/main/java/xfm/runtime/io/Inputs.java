package xfm.runtime.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/** Opens files for reading, and says what stands where a file should. */
final class Inputs {
  private static final long CHUNK = 1 << 26;

  private Inputs() {}

  /**
   * Opens a regular file. Pipes and devices are refused before they are opened: opening a pipe
   * waits for a writer, forever if there is none.
   *
   * @throws FormatException if it is missing, no regular file, or not readable
   */
  static FileChannel open(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (attributes.isDirectory()) {
        throw new FormatException(file, "", "this is a folder, and a file is wanted", "", "");
      }
      if (!attributes.isRegularFile()) {
        throw new FormatException(
            file,
            "",
            "this is no ordinary file",
            "it is a pipe, a socket or a device",
            "write its contents to a file first");
      }
      return FileChannel.open(file, StandardOpenOption.READ);
    } catch (IOException failure) {
      throw unreadable(file, failure);
    }
  }

  /** The whole file, of at most {@code limit} bytes. */
  static byte[] readAll(Path file, int limit) {
    try (FileChannel channel = open(file)) {
      long size = channel.size();
      if (size > limit) {
        throw new FormatException(
            file,
            "",
            "the file is too large",
            "it has " + size + " bytes, and files of this kind are read up to " + limit,
            "");
      }
      byte[] bytes = new byte[(int) size];
      readFully(file, channel, ByteBuffer.wrap(bytes), 0);
      return bytes;
    } catch (IOException failure) {
      throw unreadable(file, failure);
    }
  }

  /** Fills {@code target} from a position of the file. */
  static void readFully(Path file, FileChannel channel, ByteBuffer target, long position)
      throws IOException {
    while (target.hasRemaining()) {
      int read = channel.read(target, position);
      if (read < 0) {
        throw new FormatException(
            file, "byte " + position, "the file became shorter while it was read", "", "");
      }
      position += read;
    }
  }

  /** Fills native memory of any length from a position of the file. */
  static void readFully(Path file, FileChannel channel, MemorySegment target, long position)
      throws IOException {
    for (long done = 0; done < target.byteSize(); done += CHUNK) {
      long length = Math.min(CHUNK, target.byteSize() - done);
      readFully(file, channel, target.asSlice(done, length).asByteBuffer(), position + done);
    }
  }

  static FormatException unreadable(Path file, IOException failure) {
    return switch (failure) {
      case NoSuchFileException _ ->
          new FormatException(file, "", "there is no such file", "", "", failure);
      case AccessDeniedException _ ->
          new FormatException(
              file,
              "",
              "no permission to read this",
              "",
              "change its permissions, or run as a user who may read it",
              failure);
      default -> new FormatException(file, "", "this cannot be read", reason(failure), "", failure);
    };
  }

  /** What the system said; some exceptions have nothing but their name. */
  static String reason(IOException failure) {
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }
}
