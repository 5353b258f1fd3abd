import API
import Domain
import Foundation
import Service

/// An event, new or changed.
struct GatheringForm: DraftForm {
  let visit: Visit
  /// Nil for a new one.
  let gathering: Gathering?
  let kinds: CountyList

  static func load(_ visit: Visit) async throws -> GatheringForm {
    async let showing = shown(visit)
    async let listing = visit.services.call(ServiceName.fse.lists.all)
    return try await GatheringForm(visit: visit, gathering: showing, kinds: listing[.gatheringKind])
  }

  private static func shown(_ visit: Visit) async throws -> Gathering? {
    guard visit.parameters["gathering"] != nil else { return nil }
    return try await visit.services.call(
      FSEAPI.showGathering, ["gathering": try visit.id("gathering", of: Gathering.self)])
  }

  struct Draft: Sendable {
    var gathering: GatheringDraft
    var onDay: CalendarDate?
    /// Of the form alone: the whole day is an answer.
    var when = "day"
  }

  var groups: [QuestionGroup<Draft>] {
    [
      QuestionGroup(
        .line("name", \.gathering.name, "Nom", most: 200, missing: "Donnez un nom à l’évènement."),
        .list(
          "kind", \.gathering.kind, "Type", none: "Choisissez un type", missing: "Choisissez un type.", of: kinds)),
      QuestionGroup(
        isPaired: true, .date("onDay", \.onDay, "Jour", missing: "Indiquez le jour."),
        .radios(
          "when", \.when, "Moment",
          [Choice("day", "Journée"), Choice("morning", "Matin"), Choice("afternoon", "Après-midi")], isInline: true)),
      QuestionGroup(
        .line("place", \.gathering.place, "Lieu", most: 300),
        .number("capacity", \.gathering.capacity, "Nombre de places", most: 5).help("Vide : sans limite"),
        .area("description", \.gathering.description, "Description", most: 4000)),
    ]
  }

  var draft: Draft {
    guard let gathering else {
      return Draft(gathering: GatheringDraft(name: "", kind: "", onDay: visit.today), onDay: nil)
    }
    return Draft(
      gathering: GatheringDraft(
        name: gathering.name, kind: gathering.kind, onDay: gathering.onDay, half: gathering.half,
        place: gathering.place, capacity: gathering.capacity, description: gathering.description),
      onDay: gathering.onDay, when: gathering.half?.rawValue ?? "day")
  }

  var version: Int? { gathering?.version }

  private var back: Link {
    gathering.map { Link($0.name, gatheringAddress($0.id)) } ?? Link("Évènements", gatheringsAddress)
  }

  var sending: Sending {
    Sending("evenement", gathering == nil ? "Créer l’évènement" : "Enregistrer l’évènement", cancel: back.address)
  }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    let head = PageHead(
      gathering == nil ? "Créer un évènement" : "Modifier l’évènement",
      lead: gathering == nil ? "Personne n’en est prévenu : annoncez-le à vos collègues." : nil, back: back)
    return visit.page(head, .offers, notices + [form])
  }

  func outOfBounds(_ draft: Draft) throws -> [Fault] { try sent(draft).outOfBounds }

  private func sent(_ draft: Draft) -> GatheringDraft {
    var sent = draft.gathering
    sent.onDay = draft.onDay ?? visit.today
    sent.half = HalfDay(rawValue: draft.when)
    return sent
  }

  func place(of problem: Problem) -> String? { problem.type.hasSuffix("/evenement-complet") ? "capacity" : nil }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    let sent = self.sent(draft)
    let saved =
      if let gathering {
        try await visit.services.call(
          FSEAPI.changeGathering, ["gathering": gathering.id], sent, version: version)
      } else { try await visit.services.call(FSEAPI.addGathering, [:], sent, key: visit.key) }
    return .see(gatheringAddress(saved.id), saying: "L’évènement « \(saved.name) » est enregistré.")
  }
}

/// Persons of a selection or a saved search, registered on one event.
struct GatheringEnrolmentForm: DraftForm {
  let visit: Visit
  let gathering: Gathering
  let people: PeopleChoice

  static func load(_ visit: Visit) async throws -> GatheringEnrolmentForm {
    let id = try visit.id("gathering", of: Gathering.self)
    async let showing = visit.services.call(FSEAPI.showGathering, ["gathering": id])
    async let choosing = PeopleChoice.load(visit)
    return try await GatheringEnrolmentForm(visit: visit, gathering: showing, people: choosing)
  }

  struct Draft: Sendable {
    var dossiers: [ID<Dossier>]
  }

  var groups: [QuestionGroup<Draft>] {
    [
      QuestionGroup(
        .boxes(
          "dossiers", \.dossiers, "Personnes à inscrire", people.choices, missing: "Cochez au moins une personne."))
    ]
  }

  var draft: Draft { Draft(dossiers: people.opening) }
  var version: Int? { nil }
  private var address: String { "\(gatheringAddress(gathering.id))/inscrire" }

  var sending: Sending {
    Sending(
      "inscriptions", "Inscrire les personnes cochées", cancel: gatheringAddress(gathering.id),
      to: people.address(address))
  }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    let head = PageHead(
      "Inscrire des personnes", lead: gathering.title, back: Link(gathering.name, gatheringAddress(gathering.id)))
    return visit.page(head, .offers, [people.bar(address)] + people.notices + notices + [form])
  }

  func outOfBounds(_ draft: Draft) throws -> [Fault] { [] }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    try await visit.services.call(
      FSEAPI.enrolInGathering, ["gathering": gathering.id], GuestList(dossiers: draft.dossiers), key: visit.key
    ).answer
  }
}
