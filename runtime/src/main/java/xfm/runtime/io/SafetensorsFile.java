package xfm.runtime.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import xfm.runtime.tensor.DType;
import xfm.runtime.tensor.Tensor;

/**
 * A safetensors file whose header was read and checked. Tensors are read when asked for; between
 * reads nothing is held open. May be used by any thread.
 *
 * <p>The file is read, not mapped: a Vector API load from a mapped file that another process cuts
 * ends the JVM with SIGBUS (JDK 25.0.3, C2), where a read ends in a {@link FormatException}. The
 * price is small: 18 GB/s from the page cache, and 24 GB/s for copying out of a mapping.
 *
 * <p>NaN and infinities are values like others here.
 */
public final class SafetensorsFile {
  /** What kernels want of weights: whole cache lines, and no vector across two of them. */
  private static final int ALIGNMENT = 64;

  private final Path path;
  private final BasicFileAttributes opened;
  private final long dataStart;
  private final LinkedHashMap<String, SafetensorsHeader.Entry> entries;
  private final Map<String, String> metadata;

  private SafetensorsFile(Path path, BasicFileAttributes opened, SafetensorsHeader header) {
    this.path = path;
    this.opened = opened;
    this.dataStart = header.dataStart();
    this.metadata = header.metadata();
    this.entries = new LinkedHashMap<>();
    header.entries().forEach(entry -> entries.put(entry.name(), entry));
  }

  /**
   * Reads and checks the header of a file.
   *
   * @throws FormatException if it cannot be read or breaks a rule of the format
   */
  public static SafetensorsFile open(Path path) {
    try (FileChannel channel = Inputs.open(path)) {
      BasicFileAttributes opened = Files.readAttributes(path, BasicFileAttributes.class);
      return new SafetensorsFile(path, opened, SafetensorsHeader.read(path, channel));
    } catch (IOException failure) {
      throw Inputs.unreadable(path, failure);
    }
  }

  public Path path() {
    return path;
  }

  /** The names of the tensors, in the order of their data. */
  public SequencedSet<String> names() {
    return Collections.unmodifiableSequencedSet(entries.sequencedKeySet());
  }

  /**
   * The type of a tensor's elements, without reading them.
   *
   * @throws FormatException if there is no such tensor
   */
  public DType dtype(String name) {
    return entry(name).dtype();
  }

  /**
   * The shape of a tensor, without reading its elements.
   *
   * @throws FormatException if there is no such tensor
   */
  public long[] shape(String name) {
    return entry(name).shape().clone();
  }

  /** The texts that the writer of the file left in it; empty if none. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * Reads a tensor into memory that the garbage collector frees.
   *
   * @throws FormatException if there is no such tensor, or the file was changed since it was opened
   */
  public Tensor tensor(String name) {
    return tensor(name, Arena.ofAuto());
  }

  /**
   * Reads a tensor into memory of {@code arena}, at a multiple of 64 bytes.
   *
   * @throws FormatException if there is no such tensor, or the file was changed since it was opened
   */
  public Tensor tensor(String name, Arena arena) {
    SafetensorsHeader.Entry entry = entry(name);
    try (FileChannel channel = Inputs.open(path)) {
      checkUnchanged();
      MemorySegment data = arena.allocate(entry.end() - entry.begin(), ALIGNMENT);
      Inputs.readFully(path, channel, data, dataStart + entry.begin());
      checkUnchanged();
      return new Tensor(entry.dtype(), entry.shape(), data);
    } catch (IOException failure) {
      throw Inputs.unreadable(path, failure);
    }
  }

  /**
   * Reads all tensors, in the order of their data, into memory that the garbage collector frees.
   *
   * @throws FormatException if the file was changed since it was opened
   */
  public Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    entries.keySet().forEach(name -> tensors.put(name, tensor(name)));
    return Collections.unmodifiableMap(tensors);
  }

  private SafetensorsHeader.Entry entry(String name) {
    if (!entries.containsKey(name)) {
      throw new FormatException(path, "", "there is no tensor " + Printable.quote(name), "", "");
    }
    return entries.get(name);
  }

  private void checkUnchanged() throws IOException {
    BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
    if (now.size() != opened.size()
        || !now.lastModifiedTime().equals(opened.lastModifiedTime())
        || !Objects.equals(now.fileKey(), opened.fileKey())) {
      throw new FormatException(
          path,
          "",
          "the file was changed after it was opened",
          "it had "
              + opened.size()
              + " bytes of "
              + opened.lastModifiedTime()
              + " and has "
              + now.size()
              + " of "
              + now.lastModifiedTime(),
          "load the model again");
    }
  }
}
