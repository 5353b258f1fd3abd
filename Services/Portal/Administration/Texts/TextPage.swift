import API
import Domain
import Service

/// One text: its words, how its reader sees them, its fields, and every version there was.
struct TextForm: SettingForm {
  let visit: Visit
  let sheet: TextSheet
  /// As its reader will see it; nil for one that is not whole.
  var preview: TextPreview?

  static let room = "Textes"

  static func load(_ visit: Visit) async throws -> TextForm {
    var form = TextForm(visit: visit, sheet: try await shownText(visit))
    form.preview = try await form.preview(of: form.draft)
    return form
  }

  private func preview(of draft: TextWording) async throws -> TextPreview? {
    guard draft.isWhole else { return nil }
    return try await visit.services.call(text.service.texts.preview, ["text": text.rawValue], draft)
  }

  private var text: CountyText { sheet.name }

  var groups: [QuestionGroup<TextWording>] {
    let subject = Question<TextWording>.line("subject", \.subject, "Objet", missing: "Donnez un objet au courriel.")
    let body = Question<TextWording>.area(
      "body", \.body, "Texte", rows: text.channel == .sms ? 5 : 14,
      missing: "Écrivez le texte : dix caractères au moins."
    ).help("Entre crochets : ce qui disparaît quand un champ qui s’y trouve est absent")
    return [QuestionGroup(nil, all: text.channel == .email ? [subject, body] : [body])]
  }

  var draft: TextWording { sheet.wording }
  var version: Int? { sheet.version }

  var sending: Sending {
    Sending(
      "texte", "Enregistrer le texte", cancel: textsAddress,
      others: [SubmitButton("Voir l’aperçu", "\(text.address)?apercu=oui")])
  }

  var head: PageHead {
    let reset = Action(
      "Revenir au texte d’origine", "\(text.address)/origine", icon: .undo, confirmation: shippedAgain(sheet))
    return PageHead(
      text.label, lead: text.use, back: Link("Textes", textsAddress), badges: [text.badge],
      actions: sheet.isShipped ? [] : [reset])
  }

  func body(_ form: any Piece) -> [any Piece] {
    let known = Facts(
      text.fields.map { field in
        Fact(
          "{\(field.name)}", field.meaning,
          badge: field.isRequired ? Badge("Obligatoire", .waiting, icon: .flag) : nil)
      })
    return [
      SideBySide(
        left: [Panel("Texte", [form])],
        right: [
          Panel("Aperçu", id: "apercu", preview?.pieces ?? [Paragraph("Complétez le texte.", isMuted: true)]),
          Panel("Champs", id: "champs", [known]),
        ]), Panel("Historique", id: "historique", [past(sheet)]),
    ]
  }

  func save(_ draft: TextWording, version: Int?) async throws -> PageAnswer {
    if visit.query["apercu"] != nil {
      var shown = self
      shown.preview = try await preview(of: draft)
      let notice = Notice("Rien n’est encore enregistré.", "L’aperçu montre ce que vous avez écrit.", .info)
      return shown.page([notice], shown.drawn(visit.form, FormFaults()))
    }
    _ = try await visit.services.call(
      text.service.texts.change, ["text": text.rawValue], TextDraft(wording: draft), version: version)
    return .see(text.address, saying: "Les prochains envois porteront ce texte.")
  }
}

extension TextWording {
  /// Whether there is anything to show.
  fileprivate var isWhole: Bool { body.count >= 10 && subject != "" }
}

extension TextPreview {
  /// With invented data, paragraph by paragraph.
  fileprivate var pieces: [any Piece] {
    var pieces: [any Piece] = []
    if let subject { pieces.append(Facts([Fact("Objet", subject)])) }
    pieces += body.split(separator: "\n").map { Paragraph(String($0)) }
    if let segments {
      pieces.append(
        Paragraph(
          "\(French.count(body.count, "caractère")) · part en \(French.count(segments, "SMS", "SMS")), sans les lettres que "
            + "les SMS ne connaissent pas.", isMuted: true))
    }
    return pieces
  }
}

private func past(_ sheet: TextSheet) -> any Piece {
  guard !sheet.history.isEmpty else {
    return EmptyState(
      "Le texte est celui d’origine", "Chaque version s’affichera ici avec son auteur.", icon: .history)
  }
  // Each version with the one before it; the first one with what Jalons comes with.
  let older = sheet.history.dropFirst().map { $0.wording ?? sheet.name.shipped } + [sheet.name.shipped]
  return History(
    zip(sheet.history, older).map { version, before in
      let after = version.wording ?? sheet.name.shipped
      return HistoryEntry(
        French.moment(version.decidedAt), who: version.accountName,
        version.wording == nil ? "Retour au texte d’origine" : "Texte modifié",
        changes: [
          Change("Objet", from: before.subject, to: after.subject), Change("Texte", from: before.body, to: after.body),
        ].filter { $0.before != $0.after })
    })
}

func shippedAgain(_ sheet: TextSheet) -> Confirmation {
  Confirmation(
    id: "texte-origine", title: "Revenir au texte d’origine ?",
    consequences: ["Les prochains envois porteront le texte livré avec Jalons."],
    reassurance: "L’historique garde votre texte.", address: "\(sheet.name.address)/origine",
    label: "Revenir au texte d’origine", values: [HiddenValue("version", String(sheet.version))],
    back: sheet.name.address)
}

func resetText(_ visit: Visit) async throws -> PageAnswer {
  let sheet = try await shownText(visit)
  return try await .acting(at: sheet.name.address, unless: "Le texte a changé") {
    _ = try await visit.services.call(
      sheet.name.service.texts.change, ["text": sheet.name.rawValue], TextDraft(wording: nil),
      version: try visit.version)
    return .see(sheet.name.address, saying: "Le texte est de nouveau celui d’origine.")
  }
}
