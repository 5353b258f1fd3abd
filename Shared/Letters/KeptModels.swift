import API
import Documents
import Service

/// A kind of Word models that a service fills: its merge fields, and what a try-out puts there.
public struct KeptModels: Sendable {
  public let kind: ModelKind
  public let fields: [ModelField]
  /// A second item of each repeated list, for try-outs; the first is made of the fields' examples.
  private let more: [String: [String: String]]

  public init(_ kind: ModelKind, fields: [ModelField], more: [String: [String: String]] = [:]) {
    self.kind = kind
    self.fields = fields
    self.more = more
  }

  public var names: Set<String> { Set(fields.map(\.name)) }

  /// Invented data for every field.
  public var example: [String: MergeValue] {
    var values: [String: MergeValue] = [:]
    var items: [String: [String: String]] = [:]
    for field in fields {
      if let dot = field.name.firstIndex(of: ".") {
        items[String(field.name[..<dot]), default: [:]][String(field.name[dot...].dropFirst())] = field.example
      } else {
        values[field.name] = .text(field.example)
      }
    }
    for (name, item) in items { values[name] = .list([item] + [more[name]].compactMap(\.self)) }
    return values
  }

  /// What is wrong with a model that holds these fields: each unknown one by its name, with the closest known one.
  public func faults(_ found: [String]) -> [Fault] {
    found.filter { !names.contains($0) }.map { name in
      let advice =
        closest(to: name).map { "Vouliez-vous « \($0) » ?" } ?? "Prenez un nom de la liste des champs."
      return Fault("file", "champ-inconnu", "Le champ « \(name) » n’existe pas. \(advice)")
    }
  }

  /// The known field that is written most like `name`; nil when none is.
  func closest(to name: String) -> String? {
    let folded = Self.fold(name)
    let best = fields.map { (name: $0.name, distance: Self.distance(folded, Self.fold($0.name))) }
      .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
    guard let best, best.distance <= max(2, folded.count / 3) else { return nil }
    return best.name
  }

  private static func fold(_ text: String) -> [Character] {
    Array(CountyListStore.plain(text).filter { $0.isLetter || $0.isNumber })
  }

  /// How many letters have to be put in, taken out or exchanged to make one text of the other (Levenshtein).
  private static func distance(_ a: [Character], _ b: [Character]) -> Int {
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
      var corner = row[0]
      row[0] = i + 1
      for (j, other) in b.enumerated() {
        let next = min(row[j] + 1, row[j + 1] + 1, corner + (letter == other ? 0 : 1))
        (corner, row[j + 1]) = (row[j + 1], next)
      }
    }
    return row[b.count]
  }
}
