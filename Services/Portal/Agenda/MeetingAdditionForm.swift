import API
import Domain
import Foundation
import Service

/// More persons for a meeting that is planned, each booked or refused by themselves.
struct MeetingAdditionForm: DraftForm {
  let visit: Visit
  let meeting: GroupMeeting
  let people: PeopleChoice
  /// Those who are expected already.
  let expected: Set<ID<Dossier>>

  static func load(_ visit: Visit) async throws -> MeetingAdditionForm {
    let id = try visit.id("meeting", of: GroupMeeting.self)
    async let showing = visit.services.call(SchedulingAPI.showMeeting, ["meeting": id])
    async let listing = visit.services.call(SchedulingAPI.listAttendees, ["meeting": id])
    async let choosing = PeopleChoice.load(visit)
    return try await MeetingAdditionForm(
      visit: visit, meeting: showing, people: choosing, expected: Set(listing.map(\.dossier)))
  }

  var groups: [QuestionGroup<MeetingAdditionDraft>] {
    let known = Set(expected.map(\.description))
    return [
      QuestionGroup(
        "Personnes",
        .boxes(
          "dossiers", \.dossiers, "Personnes à ajouter", people.choices.filter { !known.contains($0.value) },
          missing: "Cochez au moins une personne.")),
      QuestionGroup("Rappel", .box("reminder", \.reminder, "Rappeler le rendez-vous par SMS à chacune")),
    ]
  }

  var draft: MeetingAdditionDraft {
    MeetingAdditionDraft(dossiers: people.opening.filter { !expected.contains($0) }, reminder: false)
  }
  var version: Int? { nil }
  private var address: String { "\(meeting.address)/ajout" }
  var sending: Sending {
    Sending("ajout", "Ajouter les personnes cochées", cancel: meeting.address, to: people.address(address))
  }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    let head = PageHead(
      "Ajouter des personnes", lead: meeting.when.uppercasedFirst, back: Link("Réunion", meeting.address))
    return visit.page(head, .agenda, [people.bar(address)] + people.notices + notices + [form])
  }

  func save(_ draft: MeetingAdditionDraft, version: Int?) async throws -> PageAnswer {
    let rows = try await visit.services.call(
      SchedulingAPI.addAttendees, ["meeting": meeting.id], draft, key: visit.key
    ).rows
    let refused = rows.filter { $0.problem != nil }
    let done = French.count(rows.count - refused.count, "personne ajoutée", "personnes ajoutées")
    guard let first = refused.first else { return .see(meeting.address, saying: "\(done).") }
    let name = people.people.first { $0.id == first.dossier }?.name ?? "Une personne"
    let others = refused.count > 1 ? " et \(French.count(refused.count - 1, "autre")) : " : " : "
    return .see(
      meeting.address, saying: "\(done). Refusée : \(name)\(others)\(first.problem?.title ?? "")", tone: .waiting)
  }
}
