import Domain
import Foundation

extension Schema {
  /// Everything that is wrong with `value`, all at once, in French; empty when it fits.
  public func faults(in value: JSONValue, at field: String = "") -> [Fault] {
    switch (self, value) {
    case (.any, _): []
    case (.reference, .object): []
    case (.boolean, .bool), (.number, .integer), (.number, .number): []
    case (.string(let format, let least, let most, let pattern), .string(let text)):
      Self.faults(inText: text, format: format, lengths: least...max(least, most), pattern: pattern, at: field)
    case (.choice(let choices), .string(let text)):
      choices.contains(text)
        ? []
        : [
          Fault(
            field, "choix",
            "« \(text.prefix(40)) » n’est pas proposé. Choisissez parmi : \(choices.joined(separator: ", ")).")
        ]
    case (.integer(let least, let most), .integer(let number)):
      (least...most).contains(number)
        ? [] : [Fault(field, "bornes", "La valeur doit être comprise entre \(least) et \(most).")]
    case (.array(let item, let most), .array(let items)):
      items.count > most
        ? [Fault(field, "trop-d-elements", "La liste compte \(items.count) éléments, \(most) au plus sont acceptés.")]
        : items.enumerated().flatMap { item.faults(in: $1, at: Self.join(field, String($0))) }
    case (.map(let item), .object(let fields)):
      fields.count > 500
        ? [Fault(field, "trop-d-elements", "500 valeurs au plus sont acceptées.")]
        : fields.sorted { $0.key < $1.key }.flatMap { item.faults(in: $1, at: Self.join(field, $0)) }
    case (.object(_, let properties), .object(let fields)):
      Self.faults(inFields: fields, of: properties, at: field)
    default: [Fault(field, "type", "Une valeur de type \(kind) est attendue.")]
    }
  }

  private static func faults(
    inFields fields: [String: JSONValue], of properties: [Property], at field: String
  ) -> [Fault] {
    var faults: [Fault] = []
    for property in properties {
      let place = join(field, property.name)
      switch fields[property.name] {
      case nil, .null?:
        if property.required { faults.append(Fault(place, "obligatoire", "Ce champ est obligatoire.")) }
      case let value?: faults += property.schema.faults(in: value, at: place)
      }
    }
    let known = Set(properties.map(\.name))
    for name in fields.keys.sorted() where !known.contains(name) {
      faults.append(Fault(join(field, String(name.prefix(60))), "inconnu", "Ce champ n’existe pas."))
    }
    return faults
  }

  private static func faults(
    inText text: String, format: String?, lengths: ClosedRange<Int>, pattern: String?, at field: String
  ) -> [Fault] {
    if text.unicodeScalars.contains(where: { $0.value < 32 && $0 != "\n" && $0 != "\r" && $0 != "\t" }) {
      return [Fault(field, "caractere", "Le texte contient un caractère qui ne s’imprime pas.")]
    }
    let length = text.unicodeScalars.count
    if length > lengths.upperBound {
      return [
        Fault(field, "trop-long", "Le texte compte \(length) caractères, \(lengths.upperBound) au plus sont acceptés.")
      ]
    }
    if text.trimmingCharacters(in: .whitespacesAndNewlines).unicodeScalars.count < lengths.lowerBound {
      return lengths.lowerBound == 1
        ? [Fault(field, "obligatoire", "Ce champ est obligatoire.")]
        : [Fault(field, "trop-court", "Au moins \(lengths.lowerBound) caractères sont attendus.")]
    }
    let fits: Bool
    switch format {
    case "uuid": fits = UUID(uuidString: text) != nil
    case "date": fits = CalendarDate(text).map(isOfOurTime) ?? false
    case "date-time": fits = Moment.parse(text).map { isOfOurTime(CalendarDate($0)) } ?? false
    case "byte": fits = Data(base64Encoded: text) != nil
    case "email": fits = EmailAddress.isPlausible(text)
    default: fits = true
    }
    if !fits {
      let expected = ["uuid": "Un identifiant", "date": "Une date (AAAA-MM-JJ)", "date-time": "Une date avec l’heure"]
      return [Fault(field, "format", "\(expected[format ?? ""] ?? "Une autre forme") est attendue ici.")]
    }
    if let pattern, text.range(of: "^(?:\(pattern))$", options: .regularExpression) == nil {
      return [Fault(field, "forme", "La forme de cette valeur n’est pas celle attendue.")]
    }
    return []
  }

  /// Whether a day is plausible in a dossier: after the birth of every living person, and within what Postgres and other
  /// systems accept.
  private static func isOfOurTime(_ day: CalendarDate) -> Bool { (1850...2200).contains(day.year) }

  private static func join(_ a: String, _ b: String) -> String { a.isEmpty ? b : "\(a).\(b)" }

  private var kind: String {
    switch self {
    case .string, .choice: "texte"
    case .integer: "nombre entier"
    case .number: "nombre"
    case .boolean: "oui ou non"
    case .array: "liste"
    default: "objet"
    }
  }

  /// The value with the line breaks of its free texts as one character each, so that a limit counts them once and what a word
  /// processor pastes is kept. Texts of a stated form are left as they are.
  public func tidied(_ value: JSONValue) -> JSONValue {
    switch (self, value) {
    case (.string(nil, _, _, nil), .string(let text)): .string(LineBreaks.unified(text))
    case (.array(let item, _), .array(let items)): .array(items.map(item.tidied))
    case (.map(let item), .object(let fields)): .object(fields.mapValues(item.tidied))
    case (.object(_, let properties), .object(let fields)):
      .object(
        properties.reduce(into: fields) { tidy, property in
          if let value = fields[property.name] { tidy[property.name] = property.schema.tidied(value) }
        })
    default: value
    }
  }

  /// A value of a query or form, which is always text, as what the field is: `"12"` is the number 12.
  public func value(ofText text: String) -> JSONValue {
    switch self {
    case .integer: Int(text).map(JSONValue.integer) ?? .string(text)
    case .number: Double(text).map(JSONValue.number) ?? .string(text)
    case .boolean:
      ["true", "1", "on", "oui"].contains(text)
        ? .bool(true) : ["false", "0", "non"].contains(text) ? .bool(false) : .string(text)
    case .array(let item, _):
      .array(text.isEmpty ? [] : text.split(separator: ",").map { item.value(ofText: String($0)) })
    default: .string(text)
    }
  }
}

/// Whether a text can be an address at all: one `@`, a domain with a dot, nothing that breaks a header or that nobody sees.
public enum EmailAddress {
  private static let unseen: Set<Unicode.GeneralCategory> = [.control, .format, .surrogate, .privateUse, .unassigned]

  public static func isPlausible(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, parts[1].contains("."), text.count <= 254 else { return false }
    // Neither a dot at an end nor two that follow one another; marks that nobody sees come along when one copies.
    guard parts.allSatisfy({ !$0.hasPrefix(".") && !$0.hasSuffix(".") && !$0.contains("..") }) else { return false }
    return text.unicodeScalars.allSatisfy {
      $0.value > 32 && $0.value != 127 && !$0.properties.isWhitespace && !unseen.contains($0.properties.generalCategory)
        && !"<>(),;:\\\"[]".unicodeScalars.contains($0)
    }
  }
}
