import CZlib

/// Unpacks gzip as it arrives; what is not gzip goes through untouched.
///
/// It refuses what would unpack to far more than it weighs (a "bomb"), and what is larger than any county.
final class GunzipStream {
  private enum Mode { case unknown, plain, packed }

  private let limits: FeedLimits
  private let stream: UnsafeMutablePointer<z_stream>
  private var mode = Mode.unknown
  private var magic: [UInt8] = []
  private var isBetweenMembers = false
  private var packed = 0
  private var unpacked = 0
  private var buffer = [UInt8](repeating: 0, count: 64 * 1024)

  init(limits: FeedLimits = FeedLimits()) {
    self.limits = limits
    // zlib keeps a pointer back to its own structure, which therefore may not move.
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
  }

  deinit {
    if mode == .packed { inflateEnd(stream) }
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  /// Unpacks some more bytes and gives them to `sink`, in pieces of at most 64 KiB when they were packed.
  ///
  /// - Throws: `FeedRefusal.gzipBomb`, `.gzipDamaged`, and what `sink` throws.
  func consume(
    _ bytes: UnsafeRawBufferPointer, sink: (UnsafeRawBufferPointer) throws(FeedRefusal) -> Void
  ) throws(FeedRefusal) {
    var rest = bytes
    while mode == .unknown, let first = rest.first {
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst())
      magic.append(first)
      if magic == [0x1F, 0x8B] {
        try startUnpacking()
      } else if magic != [0x1F] {
        mode = .plain
      }
      if mode != .unknown { try forwardMagic(sink) }
    }
    guard !rest.isEmpty else { return }
    try forward(rest, sink)
  }

  /// Says that no more bytes will come.
  ///
  /// - Throws: `FeedRefusal.truncated` when the packed data stop short, and what `sink` throws.
  func finish(sink: (UnsafeRawBufferPointer) throws(FeedRefusal) -> Void) throws(FeedRefusal) {
    if mode == .unknown, !magic.isEmpty {
      mode = .plain
      try forwardMagic(sink)
    }
    if mode == .packed, !isBetweenMembers { throw .truncated }
  }

  private func startUnpacking() throws(FeedRefusal) {
    // 15: the largest window; 16: gzip and nothing else.
    let size = CInt(MemoryLayout<z_stream>.size)
    guard inflateInit2_(stream, 15 + 16, ZLIB_VERSION, size) == Z_OK else { throw .gzipDamaged }
    mode = .packed
  }

  private func forwardMagic(_ sink: (UnsafeRawBufferPointer) throws(FeedRefusal) -> Void) throws(FeedRefusal) {
    let result: Result<Void, FeedRefusal> = magic.withUnsafeBytes { raw in
      do throws(FeedRefusal) { return .success(try forward(raw, sink)) } catch { return .failure(error) }
    }
    try result.get()
  }

  private func forward(
    _ bytes: UnsafeRawBufferPointer, _ sink: (UnsafeRawBufferPointer) throws(FeedRefusal) -> Void
  ) throws(FeedRefusal) {
    guard mode == .packed else {
      unpacked += bytes.count
      guard unpacked <= limits.unpackedBytes else { throw .gzipBomb }
      return try sink(bytes)
    }
    var offset = 0
    while offset < bytes.count {
      let slice = UnsafeRawBufferPointer(rebasing: bytes[offset..<min(offset + 32 * 1024, bytes.count)])
      offset += slice.count
      try inflateAll(slice, sink)
    }
  }

  private func inflateAll(
    _ bytes: UnsafeRawBufferPointer, _ sink: (UnsafeRawBufferPointer) throws(FeedRefusal) -> Void
  ) throws(FeedRefusal) {
    guard let base = bytes.assumingMemoryBound(to: UInt8.self).baseAddress else { return }
    packed += bytes.count
    stream.pointee.next_in = UnsafeMutablePointer(mutating: base)
    stream.pointee.avail_in = UInt32(bytes.count)
    repeat {
      // A file packed in several members, or padded with zeros as on a tape.
      if isBetweenMembers {
        guard try skipPadding() else { return }
      }
      let result: Result<Bool, FeedRefusal> = buffer.withUnsafeMutableBytes { room in
        do throws(FeedRefusal) {
          return .success(try inflateOnce(into: room, sink))
        } catch {
          return .failure(error)
        }
      }
      guard try result.get() else { return }
    } while true
  }

  /// - Returns: whether there may be more to unpack from the bytes at hand.
  private func inflateOnce(
    into room: UnsafeMutableRawBufferPointer, _ sink: (UnsafeRawBufferPointer) throws(FeedRefusal) -> Void
  ) throws(FeedRefusal) -> Bool {
    stream.pointee.next_out = room.assumingMemoryBound(to: UInt8.self).baseAddress
    stream.pointee.avail_out = UInt32(room.count)
    let status = inflate(stream, Z_NO_FLUSH)
    let produced = room.count - Int(stream.pointee.avail_out)
    guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { throw .gzipDamaged }
    unpacked += produced
    guard unpacked <= limits.unpackedBytes else { throw .gzipBomb }
    guard unpacked <= limits.ratioFloor || unpacked / max(packed, 1) <= limits.ratio else { throw .gzipBomb }
    if produced > 0 { try sink(UnsafeRawBufferPointer(rebasing: room[0..<produced])) }
    if status == Z_STREAM_END {
      isBetweenMembers = true
      return stream.pointee.avail_in > 0
    }
    return stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0
  }

  /// - Returns: whether another member starts in the bytes at hand.
  private func skipPadding() throws(FeedRefusal) -> Bool {
    while stream.pointee.avail_in > 0, let next = stream.pointee.next_in, next.pointee == 0 {
      stream.pointee.next_in = next + 1
      stream.pointee.avail_in -= 1
    }
    guard stream.pointee.avail_in > 0 else { return false }
    guard inflateReset(stream) == Z_OK else { throw .gzipDamaged }
    isBetweenMembers = false
    return true
  }
}
