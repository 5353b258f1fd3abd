import API
import Domain
import Service

/// The model that the person is to sign, before its document is made.
struct SignatureStartForm: ContractForm {
  let held: OpenContract
  let documents: ContractDocuments

  static let zone: ContractZone? = .consent

  static func load(_ visit: Visit) async throws -> SignatureStartForm {
    let held = try await OpenContract.load(visit)
    let documents = try await visit.services.call(ContractsAPI.listDocuments, held.path)
    return SignatureStartForm(held: held, documents: documents)
  }

  var isNew: Bool { true }

  var instead: PageAnswer? {
    get throws {
      try held.check(.consent)
      guard let obstacle = documents.obstacle else { return nil }
      let actions = [
        Action("Modifier le téléphone", open.address("identite"), icon: .edit),
        Action("Recueillir l’accord par la case", held.address("accord"), icon: .check),
      ]
      return held.page(
        "Processus de signature",
        [Notice("La signature par SMS n’est pas possible.", obstacle, .waiting, actions: actions)])
    }
  }

  /// The usual one first; a blank contract is not signed.
  private var choices: [Choice] {
    held.sheet.models.filter { $0.code != "cer-vierge" }.map { Choice($0.code, $0.label) }
  }

  var groups: [QuestionGroup<SignatureDraft>] {
    [
      QuestionGroup(
        text: "Le SMS partira au \(documents.phone ?? ""), le numéro du dossier.",
        .list(
          "model", \.model, "Modèle d’édition", width: .medium, missing: "Choisissez un modèle.", choices
        ).help("Le document que la personne signe"))
    ]
  }

  var draft: SignatureDraft { SignatureDraft(model: choices.first?.value) }

  var sending: Sending { Sending("signature", "Préparer le document", cancel: held.address()) }

  var head: PageHead {
    let edit = Action("Modifier le téléphone", open.address("identite"), icon: .edit)
    return PageHead(
      "Processus de signature", lead: "\(held.name) de \(held.sheet.beneficiary)", back: held.back, actions: [edit])
  }

  func save(_ draft: SignatureDraft, version: Int?) async throws -> PageAnswer {
    let sheet = try await visit.services.call(
      ContractsAPI.startSignature, held.path, draft, version: version, key: visit.key)
    return .see(held.address("signature/\(sheet.id)/lecture"))
  }
}

/// A form about one signature.
protocol SignatureForm: ContractForm {
  var signature: SignatureSheet { get }
}

extension SignatureForm {
  static var zone: ContractZone? { .consent }
  var isNew: Bool { true }

  var path: [String: any CustomStringConvertible] { ["contract": held.contract.id, "signature": signature.id] }

  func address(_ part: String) -> String { held.address("signature/\(signature.id)/\(part)") }

  /// Where the signature has gone on without this page.
  fileprivate var elsewhere: PageAnswer? {
    switch signature.status {
    case .confirmed, .signed:
      return .see(held.address() + "#signature", saying: "Ce document est déjà signé.", tone: .info)
    case .replaced, .locked:
      return .see(
        held.address("signature"), saying: "Ce document ne se signe plus : préparez-en un autre.", tone: .info)
    case .shown, .sent:
      guard signature.isCurrent else {
        return .see(
          held.address("signature"),
          saying: "Le contrat a changé depuis que le document a été préparé : préparez-le à nouveau.", tone: .info)
      }
      return nil
    }
  }

  /// The whole document: one reaches the button by going through it.
  fileprivate var pages: [any Piece] {
    (1...max(1, signature.pages)).map { number in
      FilePreview(
        "Page \(number) sur \(signature.pages)", detail: "\(signature.model) · \(held.sheet.beneficiary)", kind: .image,
        address: address("pages/\(number)"), download: address("fichier") + "?nature=shown")
    }
  }

  fileprivate static func found(_ visit: Visit) async throws -> (OpenContract, SignatureSheet) {
    let held = try await OpenContract.load(visit)
    let id = try visit.id("signature", of: ContractSignature.self)
    let sheet = try await visit.services.call(
      ContractsAPI.showSignature, ["contract": held.contract.id, "signature": id])
    return (held, sheet)
  }
}

/// The document, shown to the person to its end, before a code leaves.
struct SignatureReadingForm: SignatureForm {
  let held: OpenContract
  let signature: SignatureSheet

  static func load(_ visit: Visit) async throws -> SignatureReadingForm {
    let (held, signature) = try await found(visit)
    return SignatureReadingForm(held: held, signature: signature)
  }

  var instead: PageAnswer? {
    get throws {
      if let elsewhere { return elsewhere }
      try held.check(.consent)
      return nil
    }
  }

  struct Draft: Sendable { var readToEnd: Bool }

  var groups: [QuestionGroup<Draft>] {
    [
      QuestionGroup(
        .box("readToEnd", \.readToEnd, "La personne a pris connaissance du document jusqu’à la fin").help(
          "Un code part ensuite par SMS au \(signature.phone)"))
    ]
  }

  var draft: Draft { Draft(readToEnd: false) }

  var sending: Sending { Sending("lecture", "Valider et envoyer le code", cancel: held.address()) }

  var head: PageHead {
    let lead = "\(held.name) de \(held.sheet.beneficiary). Présentez-le en entier : le bouton est à la fin."
    return PageHead("Document à signer", lead: lead, back: held.back)
  }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    open.page(head, in: Self.section, notices + pages + [Panel("Accord de la personne", [form])])
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    let sent = try await visit.services.call(
      ContractsAPI.sendSignatureCode, path, SignatureReading(readToEnd: draft.readToEnd), key: visit.key)
    return .see(
      address("code"),
      saying: sent.isElsewhere
        ? "La personne reçoit un courriel pour signer." : "Un code est envoyé par SMS au \(signature.phone).")
  }
}

/// The code that the person received.
struct SignatureCodeForm: SignatureForm {
  let held: OpenContract
  let signature: SignatureSheet

  static func load(_ visit: Visit) async throws -> SignatureCodeForm {
    let (held, signature) = try await found(visit)
    return SignatureCodeForm(held: held, signature: signature)
  }

  var instead: PageAnswer? {
    get throws {
      if let elsewhere { return elsewhere }
      try held.check(.consent)
      if signature.status == .sent, signature.isElsewhere { return waiting }
      return signature.status == .shown ? .see(address("lecture")) : nil
    }
  }

  var groups: [QuestionGroup<SignatureCode>] {
    [
      QuestionGroup(
        .line(
          "code", \.code, "Code reçu par SMS", width: .narrow, most: 10, inputMode: .numeric,
          missing: "Saisissez le code que la personne a reçu."
        ).help("Six chiffres, que la personne vous lit sur son téléphone"))
    ]
  }

  var draft: SignatureCode { SignatureCode(code: "") }

  var sending: Sending { Sending("code", "Signer le document", cancel: held.address()) }

  var head: PageHead {
    PageHead("Code de la personne", lead: "\(held.name) de \(held.sheet.beneficiary)", back: held.back)
  }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    open.page(head, in: Self.section, notices + [delivery, Panel("Signer", [form]), others])
  }

  /// What became of the SMS, and what to do where it did not leave.
  private var delivery: Notice {
    let until = signature.codeUntil.map { "Le code vaut jusqu’à \(French.time($0))." }
    switch signature.delivery {
    case .sent: return Notice("Le SMS est parti au \(signature.phone).", until, .done)
    case .delayed:
      let box = Action("Recueillir l’accord par la case", held.address("accord"), icon: .check)
      return Notice(
        "Le SMS n’est pas encore parti.",
        (signature.deliveryFault ?? "") + " Sinon, recueillez l’accord par la case à cocher.", .waiting,
        actions: [refreshing, box])
    case .failed:
      let phone = Action("Modifier le téléphone", open.address("identite"), icon: .edit)
      let box = Action("Recueillir l’accord par la case", held.address("accord"), icon: .check)
      return Notice("Le SMS n’est pas parti.", signature.deliveryFault, .late, actions: [phone, box])
    case .waiting, nil:
      return Notice("Le SMS part au \(signature.phone).", until, .info, actions: [refreshing])
    }
  }

  /// The person signs on the provider's page.
  private var waiting: PageAnswer {
    let restart = Action("Recommencer", held.address("signature"), icon: .refresh)
    let notice = Notice(
      "La personne a reçu un courriel pour signer.",
      "Elle ouvre le lien, puis saisit le code reçu par SMS au \(signature.phone). Le document signé vient ensuite ici.",
      .info, actions: [Action("Actualiser", address("code"), icon: .refresh), restart])
    return open.page(
      PageHead(
        "Signature de la personne", lead: "\(held.name) de \(held.sheet.beneficiary)", back: held.back),
      in: Self.section, [notice])
  }

  private var refreshing: Action { Action("Actualiser", address("code"), icon: .refresh, weight: .plain) }

  private var others: Panel {
    let again = Action(
      "Envoyer un autre code", address("nouveau-code"), icon: .sms, posts: true,
      refusal: signature.codesLeft > 0 ? nil : "Trois codes ont été envoyés")
    let phone = Action("Modifier le téléphone", open.address("identite"), icon: .edit)
    let restart = Action("Recommencer", held.address("signature"), icon: .refresh)
    return Panel(
      "La personne n’a rien reçu ?", actions: [again, phone, restart],
      [
        Paragraph(
          "Le code précédent ne vaut plus dès qu’un autre part. Si le numéro n’est pas le bon, modifiez-le au dossier, puis "
            + "recommencez : le document est refait avec le nouveau numéro.")
      ])
  }

  func save(_ draft: SignatureCode, version: Int?) async throws -> PageAnswer {
    let sheet = try await visit.services.call(ContractsAPI.confirmSignature, path, draft, key: visit.key)
    return .see(
      held.address() + "#signature",
      saying: sheet.status == .signed
        ? "Le document est signé. Vous pouvez le télécharger."
        : "L’accord est recueilli ; le document signé sera là dans quelques secondes.")
  }
}
