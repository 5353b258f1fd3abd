import API
import Domain
import Service

/// One text: its words, how its reader sees them, its fields, and every version there was.
func textPage(
  _ visit: Visit, _ sheet: TextSheet, _ typed: TextWording, version: Int, _ faults: FormFaults,
  notices: [Notice] = []
) async throws -> PageAnswer {
  let text = sheet.name
  var fields: [Field] = []
  if text.channel == .email {
    fields.append(
      .text("subject", "Objet", value: typed.subject, maximumLength: 200, faults.common("subject")))
  }
  fields.append(
    .area(
      "body", "Texte", value: typed.body, rows: text.channel == .sms ? 5 : 14, maximumLength: 4000,
      faults.common("body", help: "Entre crochets : ce qui disparaît quand un champ qui s’y trouve est absent")))
  let form = Form(
    id: "texte", address: text.address, groups: [FieldGroup(fields: fields)],
    values: [HiddenValue("version", String(version))], submit: "Enregistrer le texte",
    others: [SubmitButton("Voir l’aperçu", "\(text.address)?apercu=oui")], cancel: Link("Annuler", textsAddress))
  let known = Facts(
    text.fields.map { field in
      Fact(
        "{\(field.name)}", field.meaning, badge: field.isRequired ? Badge("Obligatoire", .waiting, icon: .flag) : nil)
    })
  let preview =
    typed.isWhole ? try await visit.services.call(text.service.texts.preview, ["text": text.rawValue], typed) : nil
  let question = shippedAgain(sheet)
  let reset = Action(
    "Revenir au texte d’origine", "\(text.address)/origine", icon: .undo, confirmation: question)
  let head = PageHead(
    text.label, lead: text.use, back: Link("Textes", textsAddress), badges: [text.badge],
    actions: sheet.isShipped ? [] : [reset])
  return visit.page(
    head, .administration, title: "Textes",
    notices + faults.general + [
      SideBySide(
        left: [Panel("Texte", [form])],
        right: [
          Panel("Aperçu", id: "apercu", preview?.pieces ?? [Paragraph("Complétez le texte.", isMuted: true)]),
          Panel("Champs", id: "champs", [known]),
        ]),
      Panel("Historique", id: "historique", [past(sheet)]),
    ]
  ).with(faults)
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

func saveText(_ visit: Visit) async throws -> PageAnswer {
  let (sheet, version) = (try await shownText(visit), try visit.version)
  let text = sheet.name
  let body = (visit.form["body"] ?? "").replacing("\r\n", with: "\n")
  let typed = TextWording(subject: text.channel == .email ? visit.form["subject"] ?? "" : nil, body: body)
  var faults = FormFaults()
  if text.channel == .email, visit.form["subject"] == nil { faults.add("subject", "Donnez un objet au courriel.") }
  if typed.body.count < 10 { faults.add("body", "Écrivez le texte : dix caractères au moins.") }
  guard faults.isEmpty else { return try await textPage(visit, sheet, typed, version: version, faults) }
  if visit.query["apercu"] != nil {
    return try await textPage(
      visit, sheet, typed, version: version, faults,
      notices: [Notice("Rien n’est encore enregistré.", "L’aperçu montre ce que vous avez écrit.", .info)])
  }
  do {
    _ = try await visit.services.call(
      text.service.texts.change, ["text": text.rawValue], TextDraft(wording: typed), version: version)
    return .see(text.address, saying: "Les prochains envois porteront ce texte.")
  } catch let problem as Problem where problem.status == 412 {
    let notice = Notice(
      "Ce texte a changé entre-temps",
      "L’historique ci-dessous dit ce qui a changé. Votre saisie est conservée : vérifiez-la, puis enregistrez.",
      .waiting)
    return try await textPage(visit, sheet, typed, version: sheet.version, faults, notices: [notice])
      .with(status: 412)
  } catch var problem as Problem {
    problem.faults = problem.faults?.map {
      Fault($0.field.replacing("wording.", with: ""), $0.code, $0.message)
    }
    faults = try FormFaults(problem, fields: ["subject", "body"])
    return try await textPage(visit, sheet, typed, version: version, faults)
  }
}

func resetText(_ visit: Visit) async throws -> PageAnswer {
  let sheet = try await shownText(visit)
  do {
    _ = try await visit.services.call(
      sheet.name.service.texts.change, ["text": sheet.name.rawValue], TextDraft(wording: nil),
      version: try visit.version)
    return .see(sheet.name.address, saying: "Le texte est de nouveau celui d’origine.")
  } catch let problem as Problem where problem.status == 412 {
    return .see(sheet.name.address, saying: "Le texte a changé entre-temps : le voici.", tone: .waiting)
  }
}
