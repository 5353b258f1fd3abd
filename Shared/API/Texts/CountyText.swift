import Domain

/// A text that leaves the house: an e-mail, or the SMS that reminds of an appointment. Each is declared here once with the
/// words that Jalons comes with; what a county makes of it is kept by the service that sends it.
public enum CountyText: String, Payload, CaseIterable {
  case invitation
  case passwordReset = "password_reset"
  case passwordChanged = "password_changed"
  case feedMissing = "feed_missing"
  case alertDigest = "alert_digest"
  case reminder
  case contractDecided = "contract_decided"

  public enum Channel: String, Payload, CaseIterable { case email, sms }

  /// A word in braces that is replaced when the text leaves.
  public struct Field: Sendable, Equatable {
    public let name: String
    public let meaning: String
    /// What stands there in a preview.
    public let example: String
    /// Whether a text without it is refused.
    public let isRequired: Bool

    init(_ name: String, _ meaning: String, _ example: String, isRequired: Bool = false) {
      self.name = name
      self.meaning = meaning
      self.example = example
      self.isRequired = isRequired
    }
  }

  public var service: ServiceName {
    switch self {
    case .invitation, .passwordReset, .passwordChanged: .identity
    case .feedMissing, .alertDigest, .reminder, .contractDecided: .scheduling
    }
  }

  public var channel: Channel { self == .reminder || self == .contractDecided ? .sms : .email }

  public var label: String {
    switch self {
    case .invitation: "Invitation d’un collaborateur"
    case .passwordReset: "Mot de passe oublié"
    case .passwordChanged: "Mot de passe changé"
    case .feedMissing: "Flux Genesis absent"
    case .alertDigest: "Alertes par courriel"
    case .reminder: "Rappel d’un rendez-vous"
    case .contractDecided: "Décision sur un contrat"
    }
  }

  /// To whom it goes, and when.
  public var use: String {
    switch self {
    case .invitation: "Envoyé à un collaborateur dont le compte vient d’être ouvert, pour choisir son mot de passe."
    case .passwordReset: "Envoyé à qui a demandé un nouveau mot de passe."
    case .passwordChanged: "Envoyé au titulaire d’un compte dont le mot de passe vient de changer."
    case .feedMissing: "Envoyé aux administrateurs et aux exploitants quand le flux du jour n’est pas arrivé à l’heure."
    case .alertDigest: "Envoyé à qui demande ses alertes favorites par courriel, chaque jour ouvré ou chaque lundi."
    case .reminder: "Envoyé à la personne avant son rendez-vous, si elle ne refuse pas les SMS."
    case .contractDecided:
      "Envoyé à la personne quand son contrat est validé, ou ne l’est pas, si le Département le veut (page « Délais »)."
    }
  }

  public var fields: [Field] {
    let address = Field("adresse", "L’adresse de Jalons", "https://jalons.departement.fr")
    let until = Field("fin", "Jusqu’à quand le lien sert", "13 mars 2026 à 11 h 00")
    switch self {
    case .invitation:
      return [
        Field("lien", "Le lien personnel", "https://jalons.departement.fr/invitation/…", isRequired: true),
        Field("prenom", "Le prénom du collaborateur", "Maëlys"), until, address,
      ]
    case .passwordReset:
      return [
        Field("lien", "Le lien personnel", "https://jalons.departement.fr/mot-de-passe/…", isRequired: true), until,
        address,
      ]
    case .passwordChanged:
      return [Field("moment", "Quand il a changé", "12 mars 2026 à 11 h 00"), address]
    case .feedMissing:
      return [
        Field("jour", "Le jour du flux attendu", "12 mars 2026", isRequired: true),
        Field("heure", "L’heure à laquelle il était attendu", "7 h 00"),
        Field("actualite", "De quel jour datent les données ; absent avant le premier flux", "11 mars 2026"),
      ]
    case .alertDigest:
      return [
        Field("jour", "Le jour de l’envoi", "12 mars 2026"),
        Field(
          "alertes", "Une ligne par alerte favorite : son nombre, son nom et son adresse",
          "– 12 CER à renouveler : https://jalons.departement.fr/infocentre/alertes/renouvellements", isRequired: true),
        address,
      ]
    case .reminder:
      return [
        Field("date", "Le jour du rendez-vous", "12/03/26", isRequired: true),
        Field("heure", "L’heure du rendez-vous", "14:30", isRequired: true),
        Field("agent", "Avec qui", "DESCHAMPS Marie-Hélène"),
        Field(
          "lieu", "Le lieu et son adresse ; absent pour un entretien sans lieu",
          "Maison départementale des solidarités, 12 rue de la Mairie, 23000 Guéret"),
      ]
    case .contractDecided: return [Field("numero", "Le numéro du contrat", "2")]
    }
  }

  /// What Jalons comes with.
  public var shipped: TextWording {
    switch self {
    case .invitation:
      TextWording(
        subject: "Votre compte Jalons",
        body: """
          Bonjour {prenom},

          Un compte Jalons est ouvert à votre nom. Choisissez votre mot de passe avec ce lien :

          {lien}

          Il sert une seule fois, jusqu’au {fin}. Ensuite, connectez-vous sur {adresse} avec votre adresse électronique.

          Vous n’attendiez pas ce message ? N’ouvrez pas le lien et prévenez votre administrateur.
          """)
    case .passwordReset:
      TextWording(
        subject: "Choisir un nouveau mot de passe Jalons",
        body: """
          Bonjour,

          Quelqu’un, vous sans doute, a demandé un nouveau mot de passe pour votre compte Jalons. Choisissez-le avec ce lien :

          {lien}

          Il sert une seule fois, jusqu’au {fin}.

          Vous n’avez rien demandé ? Ne faites rien : votre mot de passe reste le même.
          """)
    case .passwordChanged:
      TextWording(
        subject: "Votre mot de passe Jalons a changé",
        body: """
          Bonjour,

          Le mot de passe de votre compte Jalons a été changé le {moment}. Les sessions ouvertes avec l’ancien sont fermées.

          Ce n’était pas vous ? Choisissez-en un autre aussitôt : {adresse}/mot-de-passe-oublie et prévenez votre \
          administrateur.
          """)
    case .feedMissing:
      TextWording(
        subject: "Le flux Genesis du {jour} n’est pas arrivé (attendu à {heure})",
        body: """
          Bonjour,

          Le flux Genesis du {jour} n’est pas arrivé (attendu à {heure}).[ Les dossiers sont à jour des données du \
          {actualite}.]

          Vérifiez l’extraction de Genesis et son dépôt, puis la page « Flux Genesis » de Jalons. Ce message n’est envoyé \
          qu’une fois par jour ; l’alerte se lève d’elle-même quand le flux arrive.

          Jalons
          """)
    case .alertDigest:
      TextWording(
        subject: "Vos alertes Jalons du {jour}",
        body: """
          Bonjour,

          Voici ce qui vous attend le {jour} parmi vos alertes favorites :

          {alertes}

          Pour ne plus recevoir ce courriel, ou en changer le rythme : {adresse}/infocentre/alertes

          Jalons
          """)
    case .reminder:
      TextWording(
        subject: nil,
        body: "Rappel: vous avez RDV pour votre dossier RSA le {date} à {heure} avec M/Mme {agent}."
          + "[ Le RDV aura lieu à : {lieu}.]")
    case .contractDecided:
      // Others read over a shoulder: it says neither which way nor of what.
      TextWording(
        subject: nil,
        body: "Une décision a été prise sur votre dossier. Votre référent vous l’explique et vous remet le document.")
    }
  }
}

/// What a text says: with fields in braces, and in brackets what is left out where a field inside has no value.
public struct TextWording: Payload, Equatable, Constrained {
  /// Of an e-mail alone.
  public var subject: String?
  public var body: String
  public static let constraints: [String: Constraint] = ["subject": .text(1...200), "body": .text(10...4000)]

  public init(subject: String?, body: String) {
    self.subject = subject
    self.body = body
  }

  /// The text with its fields filled in. A field that is not among `values` stays as it is.
  public func filled(_ values: [String: String]) -> TextWording {
    TextWording(subject: subject.map { Self.fill($0, values) }, body: Self.fill(body, values))
  }

  private static func fill(_ text: String, _ values: [String: String]) -> String {
    var result = ""
    var rest = Substring(text)
    while let open = rest.firstIndex(of: "["), let close = rest[open...].firstIndex(of: "]") {
      let inside = String(rest[rest.index(after: open)..<close])
      result += rest[..<open]
      if !values.contains(where: { $0.value.isEmpty && inside.contains("{\($0.key)}") }) { result += inside }
      rest = rest[rest.index(after: close)...]
    }
    result += rest
    // One pass: a value that holds braces is not filled in itself.
    return result.split(separator: "{", omittingEmptySubsequences: false).enumerated().map { index, part in
      guard index > 0 else { return String(part) }
      guard let end = part.firstIndex(of: "}"), let value = values[String(part[..<end])] else { return "{" + part }
      return value + part[part.index(after: end)...]
    }.joined()
  }

  /// The names in braces, in order, each once.
  public var names: [String] {
    var found: [String] = []
    for text in [subject ?? "", body] {
      for part in text.split(separator: "{", omittingEmptySubsequences: false).dropFirst() {
        guard let end = part.firstIndex(of: "}") else { continue }
        let name = String(part[..<end])
        if !found.contains(name) { found.append(name) }
      }
    }
    return found
  }
}
