import API
import Letters

/// The merge fields of summons: what each becomes, and what a try-out puts there. `SummonsLetter` fills them.
enum SummonsFields {
  static let models = KeptModels(
    .summons,
    fields: [
      CommonFields.beneficiary, CommonFields.address, CommonFields.number, CommonFields.county,
      ModelField(name: "DateRendezVous", meaning: "Le jour du rendez-vous", example: "jeudi 12 mars 2026"),
      ModelField(name: "HeureRendezVous", meaning: "Son heure", example: "14 h 30"),
      ModelField(
        name: "LieuRendezVous", meaning: "Son lieu, avec l’adresse", example: "CMS d’Aubusson, 2 avenue Jean Monnet"),
      ModelField(name: "Interlocuteur", meaning: "Avec qui", example: "DURAND Patricia"),
      ModelField(name: "TypeRendezVous", meaning: "Le type d’entretien", example: "Entretien individuel référent"),
      ModelField(name: "Theme", meaning: "Son thème", example: "Renouvellement CER"),
      ModelField(name: "Message", meaning: "Ce qui est ajouté à l’impression", example: "Apportez votre CV."),
      ModelField(name: "Referent", meaning: "Qui écrit", example: "DURAND Patricia"),
      ModelField(name: "TelephoneReferent", meaning: "Son téléphone", example: "04 75 00 00 00"),
      ModelField(name: "CourrielReferent", meaning: "Son adresse électronique", example: "p.durand@exemple.fr"),
      ModelField(name: "Structure", meaning: "Sa structure", example: "CMS d’Aubusson"),
      ModelField(
        name: "AdresseStructure", meaning: "L’adresse de la structure, sur deux lignes",
        example: "2 avenue Jean Monnet\n23200 Aubusson"),
      ModelField(
        name: "AdresseStructureLigne", meaning: "La même, sur une ligne",
        example: "2 avenue Jean Monnet, 23200 Aubusson"
      ),
      ModelField(name: "LieuCourrier", meaning: "D’où le courrier part", example: "Aubusson"),
      ModelField(name: "DateCourrier", meaning: "Le jour du courrier", example: "2 mars 2026"),
    ])
}

/// What an appointment is for, as far as its letter goes. The models that Jalons comes with bear it in their codes.
enum SummonsOccasion: String, CaseIterable {
  case absence, collective = "collectif", first = "premier", renewal = "renouvellement"

  /// Nil for any other occasion.
  ///
  /// - Parameters:
  ///   - isGroup: it is one of a group's.
  ///   - before: what became of the person's appointment before it.
  static func of(theme: String?, isGroup: Bool, before: AppointmentOutcome?) -> SummonsOccasion? {
    if isGroup { return .collective }
    if before == .absent { return .absence }
    switch theme {
    case "premier": return .first
    case "renouvellement_cer": return .renewal
    default: return nil
    }
  }

  private static func said(by code: String) -> SummonsOccasion? {
    allCases.first { code.hasPrefix("convocation-\($0.rawValue)-") }
  }

  /// The models in the order in which they are offered: what is made for this occasion, what fits every one (the county's
  /// own among them), then the rest.
  static func ordered(_ models: [OfferedModel], for occasion: SummonsOccasion?) -> [OfferedModel] {
    let summons = models.filter { $0.kind == .summons }
    let fitting = occasion.map { wanted in summons.filter { said(by: $0.code) == wanted } } ?? []
    let general = summons.filter { said(by: $0.code) == nil }
    let others = summons.filter { said(by: $0.code) != nil && !fitting.contains($0) }
    return fitting + general + others
  }
}
