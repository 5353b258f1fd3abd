import API
import Domain

extension OfferDraft {
  /// What is wrong with an offer's dates, its sessions' dates included.
  /// - Parameter operation: the days of the FSE operation that pays for it (rule S3).
  func faults(within operation: Period?) -> [Fault] {
    guard let days = Period(from: startsOn, until: endsOn) else {
      return [Fault("endsOn", "ordre", "La fin précède le début.")]
    }
    var faults: [Fault] = []
    if let operation, !operation.contains(startsOn) || !operation.contains(endsOn) {
      faults.append(Fault("startsOn", "hors-operation", "Les dates de l’offre dépassent celles de l’opération FSE."))
    }
    if openToOperator, !needsPartner, `operator` == nil {
      faults.append(Fault("operator", "obligatoire", "Désignez l’opérateur auquel l’offre est ouverte."))
    }
    for (index, session) in sessions.enumerated() {
      if Period(from: session.startsOn, until: session.endsOn) == nil {
        faults.append(Fault("sessions.\(index).endsOn", "ordre", "La fin précède le début."))
      } else if !days.contains(session.startsOn) || !days.contains(session.endsOn) {
        faults.append(
          Fault("sessions.\(index).startsOn", "hors-offre", "Les dates de la session dépassent celles de l’offre."))
      }
    }
    return faults
  }
}
