import Domain

/// The phone number and address of a person, as a référent corrects them (rule C11).
public struct ContactChange: Payload, Constrained {
  public var phone: String?
  public var email: String?
  public static let constraints: [String: Constraint] = ["phone": .text(0...20), "email": .text(0...254)]

  public init(phone: String?, email: String?) {
    self.phone = phone
    self.email = email
  }
}

extension DossiersAPI {
  public static let changeContact = Endpoint<ContactChange, DossierDetail>(
    .dossiers, "changeContact", .put, "dossiers/{dossier}/contact",
    allow: .having(.editContact, reaching: .dossier),
    summary: "Correct the phone number and e-mail address; an absent one is taken away.", versioned: true)
}
