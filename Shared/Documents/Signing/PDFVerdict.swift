import Domain
import Foundation

/// What becomes of a signed PDF that is looked at again.
public enum PDFVerdict: Sendable, Equatable {
  /// Signed by us, and not a byte is another.
  case intact
  /// The signature is not of these bytes.
  case changed
  /// Something was added behind what was signed.
  case addedTo
  /// Its signature is good, and none of ours.
  case foreign
  case unsigned

  /// - Parameter certificates: those that sign here or once did, in DER.
  public init(on pdf: Data, certificates: [Data]) {
    let file = Data(pdf)
    guard let mark = file.range(of: Data("/ByteRange".utf8), options: .backwards) else {
      self = .unsigned
      return
    }
    let text = PDFObjects.text(file[mark.upperBound..<min(mark.upperBound + 80, file.count)])
    let numbers = text.prefix { $0 != "]" }.split { !$0.isNumber }.compactMap { Int($0) }
    guard numbers.count == 4, numbers[0] == 0, numbers[1] > 0, numbers[1] < numbers[2], numbers[2] <= file.count,
      numbers[3] >= 0
    else {
      self = .changed
      return
    }
    let (start, end, rest) = (numbers[1], numbers[2], numbers[3])
    guard end + rest <= file.count else {
      self = .changed
      return
    }
    let gap = PDFObjects.text(file[start..<end])
    guard let signature = Self.signature(in: gap),
      let signer = CMSSignature.signer(of: file[..<start] + file[end..<(end + rest)], signature: signature)
    else {
      self = .changed
      return
    }
    guard end + rest == file.count else {
      self = .addedTo
      return
    }
    self = certificates.contains(signer) ? .intact : .foreign
  }

  /// The signature between its brackets, written as we write it: in small digits, with zeros alone behind it.
  private static func signature(in gap: String) -> Data? {
    guard gap.hasPrefix("<"), gap.hasSuffix(">"), !gap.contains(where: \.isUppercase),
      let bytes = Data(hexadecimal: String(gap.dropFirst().dropLast())), let length = derLength(bytes),
      length <= bytes.count, bytes[length...].allSatisfy({ $0 == 0 })
    else { return nil }
    return bytes[..<length]
  }

  /// How many bytes a DER value takes, its head included.
  private static func derLength(_ bytes: Data) -> Int? {
    guard bytes.count > 6, bytes[0] == 0x30 else { return nil }
    guard bytes[1] >= 0x80 else { return 2 + Int(bytes[1]) }
    let count = Int(bytes[1] & 0x7F)
    guard (1...4).contains(count) else { return nil }
    return 2 + count + bytes[2..<(2 + count)].reduce(0) { $0 << 8 | Int($1) }
  }
}
