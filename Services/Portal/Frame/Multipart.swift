import Foundation

/// Reads `multipart/form-data` (RFC 7578) held in memory: fields and files of one form.
enum Multipart {
  /// The most parts that a form of ours has.
  static let maximumParts = 60

  /// The boundary that a `Content-Type` names; nil when it is another type.
  static func boundary(of contentType: String) -> String? {
    guard contentType.lowercased().hasPrefix("multipart/form-data") else { return nil }
    for part in contentType.split(separator: ";").dropFirst() {
      let pair = part.trimmingCharacters(in: .whitespaces).split(separator: "=", maxSplits: 1)
      guard pair.count == 2, pair[0].lowercased() == "boundary" else { continue }
      let value = pair[1].trimmingCharacters(in: CharacterSet(charactersIn: "\""))
      return (1...70).contains(value.count) ? value : nil
    }
    return nil
  }

  /// Nil when the body is not what its boundary announces, or has too many parts.
  static func read(_ body: Data, boundary: String) -> FormAnswers? {
    let line = Data("--\(boundary)".utf8)
    let next = Data("\r\n--\(boundary)".utf8)
    guard body.starts(with: line) else { return nil }
    var pairs: [(name: String, value: String)] = []
    var files: [String: FormAnswers.File] = [:]
    var position = body.startIndex + line.count
    while !body[position...].starts(with: Data("--".utf8)) {
      guard pairs.count + files.count < maximumParts, let end = body[position...].range(of: next),
        let part = part(body[position..<end.lowerBound])
      else { return nil }
      if let fileName = part.fileName {
        if !fileName.isEmpty { files[part.name] = FormAnswers.File(name: fileName, bytes: Data(part.content)) }
      } else {
        pairs.append((part.name, String(decoding: part.content, as: UTF8.self)))
      }
      position = end.upperBound
    }
    return FormAnswers(pairs, files: files)
  }

  private static func part(_ bytes: Data) -> (name: String, fileName: String?, content: Data)? {
    let blank = Data("\r\n\r\n".utf8)
    guard let end = bytes.range(of: blank), end.lowerBound - bytes.startIndex <= 8192 else { return nil }
    let head = String(decoding: bytes[bytes.startIndex..<end.lowerBound], as: UTF8.self)
    for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix("content-disposition:") {
      guard let name = line.firstMatch(of: /[; ]name="([^"]*)"/) else { return nil }
      let file = line.firstMatch(of: /filename="([^"]*)"/).map { String($0.1.split(separator: /[\/\\]/).last ?? "") }
      return (String(name.1), file, bytes[end.upperBound...])
    }
    return nil
  }
}
