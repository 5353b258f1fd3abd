/// Bytes being written, emptied into a sink when there are enough of them.
///
/// Appending copies memory and nothing else: a large county is two gigabytes of text.
final class FeedByteBuffer {
  private var storage: UnsafeMutableRawBufferPointer
  private var count = 0
  private let threshold = 256 * 1024

  init() { storage = .allocate(byteCount: 320 * 1024, alignment: 16) }

  deinit { storage.deallocate() }

  func append(_ text: StaticString) {
    reserve(text.utf8CodeUnitCount)
    copy(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  func append(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      reserve(bytes.count)
      copy(UnsafeRawBufferPointer(bytes))
    }
  }

  func append(byte: UInt8) {
    reserve(1)
    storage[count] = byte
    count += 1
  }

  /// Writes a number in at least `width` digits, with zeros before.
  func append(_ number: Int, width: Int = 1) {
    var digits = 1
    var bound = 10
    while number >= bound {
      digits += 1
      bound *= 10
    }
    let length = max(digits, width)
    reserve(length)
    var rest = number
    var index = count + length
    while index > count {
      index -= 1
      storage[index] = UInt8(truncatingIfNeeded: rest % 10) + 0x30
      rest /= 10
    }
    count += length
  }

  /// Writes `YYYY-MM-DD`.
  func append(_ day: SyntheticDay) {
    let (year, month, date) = day.civil
    append(year, width: 4)
    append(byte: UInt8(ascii: "-"))
    append(month, width: 2)
    append(byte: UInt8(ascii: "-"))
    append(date, width: 2)
  }

  /// Gives what has gathered to `sink`, when it is enough or when `all` is asked.
  func drain(all: Bool = false, to sink: (UnsafeRawBufferPointer) throws -> Void) throws {
    guard all || count >= threshold, count > 0 else { return }
    try sink(UnsafeRawBufferPointer(rebasing: storage[0..<count]))
    count = 0
  }

  private func copy(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress, let target = storage.baseAddress else { return }
    (target + count).copyMemory(from: source, byteCount: bytes.count)
    count += bytes.count
  }

  private func reserve(_ more: Int) {
    guard count + more > storage.count else { return }
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: (count + more) * 2, alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[0..<count]))
    storage.deallocate()
    storage = larger
  }
}
