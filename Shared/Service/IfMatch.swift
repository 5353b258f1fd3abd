import API

/// The condition that `If-Match` makes (RFC 9110, section 13.1.1): any version that there is, or one of those listed.
struct IfMatch: Sendable, Equatable {
  /// The versions listed; nil for `*`. A weak tag matches nothing, and neither does a tag that no answer of ours bore.
  let versions: [Int]?

  /// - Throws: 400 for what is not of the standard's form.
  init(_ text: String) throws {
    let trimmed = text.trimmingSpaces
    if trimmed == "*" {
      versions = nil
      return
    }
    var (rest, found, count) = (trimmed[...], [Int](), 0)
    while !rest.isEmpty {
      // Empty elements of a list are passed over (section 5.6.1).
      if rest.first == "," || rest.first == " " || rest.first == "\t" {
        rest.removeFirst()
        continue
      }
      let (tag, isWeak) = try Self.tag(&rest)
      count += 1
      guard count <= 50 else { throw Self.malformed }
      if !isWeak, let version = Int(tag), String(version) == tag { found.append(version) }
    }
    guard count > 0 else { throw Self.malformed }
    versions = found
  }

  /// Takes one tag and the comma after it, if there is one.
  private static func tag(_ rest: inout Substring) throws -> (tag: String, isWeak: Bool) {
    let isWeak = rest.hasPrefix("W/")
    if isWeak { rest = rest.dropFirst(2) }
    guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else { throw malformed }
    let tag = rest[rest.index(after: rest.startIndex)..<end]
    guard tag.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F }) else { throw malformed }
    rest = rest[rest.index(after: end)...].drop { $0 == " " || $0 == "\t" }
    guard rest.isEmpty || rest.first == "," else { throw malformed }
    return (String(tag), isWeak)
  }

  private static let malformed = Problem.malformed(
    "If-Match est une liste d’étiquettes entre guillemets, par exemple \"3\", ou *.")

  /// The version that a store is asked for first; where the condition leaves no one version, one that nothing has.
  var first: Int { versions?.first ?? -1 }

  func admits(_ version: Int) -> Bool { versions?.contains(version) ?? true }
}

extension String {
  fileprivate var trimmingSpaces: String {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }
}
