import Domain
import Foundation

/// Where clocks show the county's hours.
public enum CountyTimeZone: String, Payload, CaseIterable {
  case paris = "Europe/Paris"
  case guadeloupe = "America/Guadeloupe"
  case martinique = "America/Martinique"
  case guyane = "America/Cayenne"
  case reunion = "Indian/Reunion"
  case mayotte = "Indian/Mayotte"

  /// As users read it.
  public var label: String {
    switch self {
    case .paris: "France métropolitaine"
    case .guadeloupe: "Guadeloupe"
    case .martinique: "Martinique"
    case .guyane: "Guyane"
    case .reunion: "La Réunion"
    case .mayotte: "Mayotte"
    }
  }
}

/// Who the county is (rule A14). What is absent stops what needs it, and nothing else.
public struct CountyDetails: Payload, Constrained, Equatable {
  /// As it calls itself at the head of what it sends: « Département de la Creuse ».
  public var name: String?
  /// Its number, as postal codes begin with it: `23`, `2A`, `974`.
  public var department: String?
  public var address: String?
  /// What people see as the sender of an SMS: at most 11 letters, digits and spaces (rule M7).
  public var smsSender: String?
  /// `Jalons <ne-pas-repondre@exemple.fr>`
  public var mailSender: String?
  public var timeZone: CountyTimeZone
  public static let constraints: [String: Constraint] = [
    "name": .text(0...120), "department": .text(0...3), "address": .text(0...300), "smsSender": .text(0...11),
    "mailSender": .text(0...320),
  ]

  public init(
    name: String? = nil, department: String? = nil, address: String? = nil, smsSender: String? = nil,
    mailSender: String? = nil, timeZone: CountyTimeZone = .paris
  ) {
    self.name = name
    self.department = department
    self.address = address
    self.smsSender = smsSender
    self.mailSender = mailSender
    self.timeZone = timeZone
  }

  /// The same without spaces around; what is empty is absent.
  public var tidied: CountyDetails {
    func tidy(_ text: String?) -> String? {
      let trimmed = text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
      return trimmed.isEmpty ? nil : trimmed
    }
    return CountyDetails(
      name: tidy(name), department: tidy(department)?.uppercased(), address: tidy(address), smsSender: tidy(smsSender),
      mailSender: tidy(mailSender), timeZone: timeZone)
  }

  /// What cannot be right, at its field.
  public var faults: [Fault] {
    var faults: [Fault] = []
    if let department, !Self.isDepartment(department) {
      faults.append(
        Fault(
          "department", "departement",
          "« \(department) » n’est pas un département : écrivez 01 à 95, 2A, 2B ou 971 à 976."))
    }
    if let smsSender, !Self.isSender(smsSender) {
      faults.append(
        Fault(
          "smsSender", "expediteur",
          "De 3 à 11 lettres sans accent, chiffres et espaces, dont une lettre : par exemple CD CREUSE."))
    }
    if let mailSender, !Self.isMailbox(mailSender) {
      faults.append(
        Fault(
          "mailSender", "expediteur",
          "Écrivez une adresse, ou un nom et une adresse : Jalons <ne-pas-repondre@exemple.fr>."))
    }
    return faults
  }

  private static func isDepartment(_ text: String) -> Bool {
    if ["2A", "2B"].contains(text) { return true }
    guard let number = Int(text), text.allSatisfy(\.isASCII) else { return false }
    return text.count == 2 ? (1...95).contains(number) && number != 20 : (971...976).contains(number) && number != 975
  }

  private static func isSender(_ text: String) -> Bool {
    (3...11).contains(text.count) && text.contains(where: \.isLetter)
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == " ") }
  }

  private static func isMailbox(_ text: String) -> Bool {
    guard let open = text.firstIndex(of: "<") else { return EmailAddress.isPlausible(text) }
    guard text.last == ">" else { return false }
    let name = text[..<open].trimmingCharacters(in: .whitespaces)
    let address = String(text[text.index(after: open)...].dropLast())
    return !name.isEmpty && name.allSatisfy { !$0.isNewline && $0 != "\"" && $0 != ">" }
      && EmailAddress.isPlausible(address)
  }
}

/// The county as it is now.
public struct County: Payload, Versioned, Equatable {
  public var details: CountyDetails
  /// By which its picture is known from another; absent where it has none.
  public var logo: String?
  public var version: Int

  public init(details: CountyDetails, logo: String? = nil, version: Int) {
    self.details = details
    self.logo = logo
    self.version = version
  }

  /// The most bytes of its picture.
  public static let logoBytes = 512 * 1024
}

/// One change of who the county is.
public struct CountyChange: PlacedChange, Equatable {
  public var position: Int
  public var before: CountyDetails
  public var after: CountyDetails
  public var at: Date
  public var accountName: String

  public init(position: Int, before: CountyDetails, after: CountyDetails, at: Date, accountName: String) {
    self.position = position
    self.before = before
    self.after = after
    self.at = at
    self.accountName = accountName
  }
}

public struct CountyChangeQuery: PageQuery, Constrained {
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = ["limit": .range(1...200), "after": .cursor]

  public init(limit: Int? = nil, after: String? = nil) {
    self.limit = limit
    self.after = after
  }
}

extension IdentityAPI {
  public static let showCounty = Endpoint<NoInput, County>(
    .identity, "showCounty", .get, "county", allow: .everyone, summary: "Show who the county is.")
  public static let showCountyLogo = Endpoint<NoInput, FileOutput>(
    .identity, "showCountyLogo", .get, "county/logo", allow: .everyone, summary: "Show the county's picture.")
  public static let changeCounty = Endpoint<CountyDetails, County>(
    .identity, "changeCounty", .put, "county", allow: .having(.administer),
    summary: "Say who the county is; what is left out stops what needs it.", versioned: true)
  public static let keepCountyLogo = Endpoint<Upload<FileNameQuery>, County>(
    .identity, "keepCountyLogo", .put, "county/logo", allow: .having(.administer),
    summary: "Replace the county's picture: PNG or JPEG.", limit: County.logoBytes)
  public static let listCountyChanges = Endpoint<CountyChangeQuery, Page<CountyChange>>(
    .identity, "listCountyChanges", .get, "county-changes", allow: .having(.administer),
    summary: "List who changed who the county is, newest first.")
}
