import API
import Domain

extension DossierDetail {
  /// What an operator's people may know of who is registered with them: the name and the year of birth. Nothing of where and
  /// how they live, of their right, nor of who follows them (rule A7).
  var asOperatorsSeeIt: DossierDetail {
    let unknown = ContactValue(value: nil, isLocal: false, changedAt: nil, feedValue: nil)
    return DossierDetail(
      id: id, number: number, genesisId: "", role: "", title: title, familyName: familyName, givenName: givenName,
      birthDate: birthDate?.firstOfYear, birthPrecision: .year, state: state, enteredOn: enteredOn,
      outsideCounty: false, phone: unknown, email: unknown, smsRefused: false, entitlement: .undefined,
      referents: [], version: version)
  }
}

extension DossierRow {
  /// The same in a list.
  var asOperatorsSeeIt: DossierRow {
    DossierRow(
      id: id, number: number, title: title, familyName: familyName, givenName: givenName,
      birthDate: birthDate?.firstOfYear, birthPrecision: .year, state: state,
      entitlement: .undefined, proposedExit: false)
  }
}

extension CalendarDate {
  fileprivate var firstOfYear: CalendarDate? { CalendarDate(year: year, month: 1, day: 1) }
}
