package xfm.runtime.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes a file so that its name never stands for a part of it: into a temporary file beside it, to
 * the disk, then renamed.
 */
final class AtomicFile {
  private static final int CHUNK = 1 << 20;

  /** Writes the contents. */
  @FunctionalInterface
  interface Body {
    void write(FileChannel channel) throws IOException;
  }

  private AtomicFile() {}

  /**
   * Replaces or makes {@code file}. If anything fails, the file is as it was before.
   *
   * @throws FormatException if it cannot be written
   */
  static void write(Path file, Body body) {
    Path target = file.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null || Files.isDirectory(target)) {
      throw cannotWrite(file, "this is a folder, and a file is to be written", "name a file in it");
    }
    if (!Files.isDirectory(folder)) {
      throw cannotWrite(file, "there is no folder " + folder, "make the folder first");
    }
    String suffix = ".tmp-" + ProcessHandle.current().pid() + "-" + UUID.randomUUID();
    Path temporary = folder.resolve(target.getFileName() + suffix);
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        body.write(channel);
        channel.force(true);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      forceFolder(folder);
    } catch (AccessDeniedException _) {
      throw cannotWrite(
          file, "no permission to write in " + folder, "change its permissions or write elsewhere");
    } catch (IOException failure) {
      throw cannotWrite(file, Inputs.reason(failure), "");
    } finally {
      deleteQuietly(temporary);
    }
  }

  private static FormatException cannotWrite(Path file, String why, String fix) {
    return new FormatException(file, "", "the file cannot be written", why, fix);
  }

  /** Makes the rename itself durable; systems that cannot open a folder do not need it. */
  private static void forceFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException _) {
      // The file is complete either way.
    }
  }

  private static void deleteQuietly(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException _) {
      // The failure that left the file behind is the one to report.
    }
  }

  static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Writes memory of any kind and length, through a buffer of 1 MiB. */
  static void writeFully(FileChannel channel, MemorySegment data) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect((int) Math.min(CHUNK, data.byteSize()));
    MemorySegment chunk = MemorySegment.ofBuffer(buffer);
    for (long done = 0; done < data.byteSize(); done += buffer.limit()) {
      buffer.clear().limit((int) Math.min(CHUNK, data.byteSize() - done));
      MemorySegment.copy(data, done, chunk, 0, buffer.limit());
      writeFully(channel, buffer);
    }
  }
}
