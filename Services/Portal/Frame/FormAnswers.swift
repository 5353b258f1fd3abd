import Domain
import Foundation
import Service

/// What a form or an address carries: names and values, in their order.
struct FormAnswers: Sendable {
  /// A file deposited in a form.
  struct File: Sendable {
    /// As the browser named it: a label, never a path.
    let name: String
    let content: PassingFile

    var isEmpty: Bool { content.size == 0 }
    /// The whole of a file that is known to be small.
    var bytes: Data { get throws { try content.data() } }
  }

  let pairs: [(name: String, value: String)]
  private let files: [String: File]

  init(_ pairs: [(name: String, value: String)] = [], files: [String: File] = [:]) {
    self.pairs = pairs.map { ($0.name, LineBreaks.unified($0.value)) }
    self.files = files
  }

  /// Reads `application/x-www-form-urlencoded`, which is what a query is written in too.
  init(encoded text: some StringProtocol) {
    func plain(_ part: Substring) -> String {
      part.replacingOccurrences(of: "+", with: " ").removingPercentEncoding ?? ""
    }
    let pairs = Substring(text).split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (name: plain(parts[0]), value: parts.count > 1 ? plain(parts[1]) : "")
    }
    self.init(pairs)
  }

  /// The first answer of this name without the spaces around it; nil when it is empty or absent.
  subscript(_ name: String) -> String? {
    guard let value = pairs.first(where: { $0.name == name })?.value else { return nil }
    let trimmed = value.trimmingCharacters(in: .whitespacesAndNewlines)
    return trimmed.isEmpty ? nil : trimmed
  }

  /// Exactly what was typed: passwords keep their spaces.
  func exact(_ name: String) -> String? { pairs.first { $0.name == name }?.value }

  /// Every answer of this name: boxes ticked, rows selected.
  func all(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

  func file(_ name: String) -> File? { files[name] }

  /// What the files deposited were called.
  var fileNames: [String] { files.values.map(\.name).sorted() }

  /// The same files with other answers.
  func with(_ pairs: [(name: String, value: String)]) -> FormAnswers { FormAnswers(pairs, files: files) }

  func int(_ name: String) -> Int? { self[name].flatMap { Int($0) } }

  func id<Subject>(_ name: String, of type: Subject.Type = Subject.self) -> ID<Subject>? {
    self[name].flatMap { ID<Subject>($0) }
  }

  /// A day as people write it.
  ///
  /// - Parameter missing: what to say when it is not given; nil when it need not be.
  func date(
    _ name: String, today: CalendarDate, leaning: FrenchDate.Leaning = .thisYear, missing: String? = nil,
    _ faults: inout FormFaults
  ) -> CalendarDate? {
    guard let text = self[name] else {
      if let missing { faults.add(name, missing) }
      return nil
    }
    guard let date = FrenchDate.read(text, today: today, leaning: leaning) else {
      faults.add(name, FrenchDate.fault(text))
      return nil
    }
    return date
  }
}
