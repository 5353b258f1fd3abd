/// Watches bytes go by in pieces, and tells whether they are UTF-8 with something else than ASCII: a file that says it is in
/// another encoding then contradicts itself.
struct UTF8Witness {
  private var isUTF8 = true
  private var hasMarks = false
  /// Bytes still to come of a character that has begun.
  private var left = 0

  /// Whether what was seen can only have been meant as UTF-8.
  var saysUTF8: Bool { isUTF8 && hasMarks && left == 0 }

  mutating func see(_ bytes: UnsafeRawBufferPointer) {
    guard isUTF8 else { return }
    for byte in bytes where byte >= 0x80 || left > 0 {
      hasMarks = true
      switch byte {
      case 0x80...0xBF where left > 0: left -= 1
      case 0xC2...0xDF where left == 0: left = 1
      case 0xE0...0xEF where left == 0: left = 2
      case 0xF0...0xF4 where left == 0: left = 3
      default: return isUTF8 = false
      }
    }
  }
}
