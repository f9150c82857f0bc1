package xfm.runtime.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import xfm.runtime.tensor.Tensor;

/**
 * An open safetensors file. Its tensors are views of a mapping that this object owns: they live
 * until it is closed, may be read by any thread, and cost no memory of the heap.
 *
 * <p>A file that is made shorter while it is mapped takes pages away from under its readers. What
 * goes through {@link #read} then ends in a {@link FormatException}.
 *
 * <p>NaN and infinities are values like others here.
 */
public final class SafetensorsFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final Arena arena;
  private final long size;
  private final BasicFileAttributes opened;
  private final Map<String, Tensor> tensors;
  private final Map<String, String> metadata;

  private SafetensorsFile(Path path, FileChannel channel, Arena arena) throws IOException {
    this.path = path;
    this.channel = channel;
    this.arena = arena;
    this.opened = Files.readAttributes(path, BasicFileAttributes.class);
    this.size = channel.size();
    SafetensorsHeader header = SafetensorsHeader.read(path, channel);
    checkUnchanged();
    MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
    Map<String, Tensor> views = new LinkedHashMap<>();
    for (SafetensorsHeader.Entry entry : header.entries()) {
      MemorySegment data =
          file.asSlice(header.dataStart() + entry.begin(), entry.end() - entry.begin());
      views.put(entry.name(), new Tensor(entry.dtype(), entry.shape(), data));
    }
    this.tensors = Collections.unmodifiableMap(views);
    this.metadata = header.metadata();
  }

  /**
   * Opens, checks and maps a file. No tensor is read yet.
   *
   * @throws FormatException if it cannot be read or breaks a rule of the format
   */
  public static SafetensorsFile open(Path path) {
    FileChannel channel = Inputs.open(path);
    Arena arena = Arena.ofShared();
    try {
      return new SafetensorsFile(path, channel, arena);
    } catch (IOException failure) {
      release(arena, channel);
      throw Inputs.unreadable(path, failure);
    } catch (RuntimeException | Error failure) {
      release(arena, channel);
      throw failure;
    }
  }

  public Path path() {
    return path;
  }

  /**
   * All tensors by name, in the order of their data.
   *
   * @throws FormatException if the file was changed since it was opened
   * @throws IllegalStateException if this is closed
   */
  public Map<String, Tensor> tensors() {
    checkUnchanged();
    return tensors;
  }

  /** The texts that the writer of the file left in it; empty if none. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * What {@code reader} makes of a tensor, such as a copy of it in another layout. The result must
   * not keep the tensor.
   *
   * @throws FormatException if there is no such tensor, or the file was changed since it was opened
   *     or while it was read
   * @throws IllegalStateException if this is closed
   */
  public <T> T read(String name, Function<Tensor, T> reader) {
    checkUnchanged();
    if (!tensors.containsKey(name)) {
      throw new FormatException(path, "", "there is no tensor " + Printable.quote(name), "", "");
    }
    T result;
    try {
      result = reader.apply(tensors.get(name));
    } catch (InternalError fault) {
      throw lost(fault);
    }
    checkUnchanged(); // the rest of a page that is cut in two reads as zeros, without a fault
    return result;
  }

  /** The JVM's answer to a page that has gone is an InternalError that speaks of unsafe access. */
  private FormatException lost(InternalError fault) {
    if (!String.valueOf(fault.getMessage()).contains("unsafe memory access")) {
      throw fault;
    }
    return new FormatException(
        path,
        "",
        "the file was cut or its disk failed while it was read",
        "pages of it are gone",
        "do not write to a model that is in use: write a new file and rename it",
        fault);
  }

  private void checkUnchanged() {
    if (!arena.scope().isAlive()) {
      throw new IllegalStateException(path + " is closed");
    }
    try {
      long now = channel.size();
      if (now != size) {
        throw changed("it had " + size + " bytes when it was opened and has " + now);
      }
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      boolean replaced = !Objects.equals(attributes.fileKey(), opened.fileKey());
      if (!replaced && !attributes.lastModifiedTime().equals(opened.lastModifiedTime())) {
        throw changed("it was written to after it was opened");
      }
    } catch (NoSuchFileException _) {
      // Deleted, or replaced by another file: what is mapped stays as it was.
    } catch (IOException failure) {
      throw Inputs.unreadable(path, failure);
    }
  }

  private FormatException changed(String why) {
    return new FormatException(
        path,
        "",
        "the file was changed while it was open",
        why,
        "load it again; to change a model in use, write a new file and rename it");
  }

  /** Closes the file; its tensors can no longer be read. Closing twice does nothing. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      release(arena, channel);
    }
  }

  private static void release(Arena arena, FileChannel channel) {
    arena.close();
    try {
      channel.close();
    } catch (IOException _) {
      // Nothing was written through the channel, so nothing can be lost.
    }
  }
}
