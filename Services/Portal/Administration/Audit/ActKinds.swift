import API
import Domain

/// What each kind of act is called.
extension Act.Kind {
  /// In the address of a list.
  var word: String {
    switch self {
    case .read: "consultations"
    case .write: "modifications"
    case .export: "exports"
    case .download: "telechargements"
    }
  }

  init?(word: String?) {
    guard let found = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = found
  }

  var label: String {
    switch self {
    case .read: "Consultations"
    case .write: "Modifications"
    case .export: "Exports"
    case .download: "Documents ouverts"
    }
  }

  var badge: Badge {
    switch self {
    case .read: Badge("Consultation", .neutral, icon: .eye)
    case .write: Badge("Modification", .info, icon: .edit)
    case .export: Badge("Export", .waiting, icon: .download)
    case .download: Badge("Document", .neutral, icon: .file)
    }
  }
}
