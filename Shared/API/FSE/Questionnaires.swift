import Domain

/// One answer that may be given.
public struct FormChoice: Payload, Equatable {
  public var code: String
  public var label: String

  public init(code: String, label: String) {
    self.code = code
    self.label = label
  }
}

/// A question is asked where another was answered with one of these.
public struct FormCondition: Payload, Equatable {
  public var question: String
  public var among: [String]

  public init(question: String, among: [String]) {
    self.question = question
    self.among = among
  }
}

/// A question of a questionnaire, as data: a county writes its own versions.
public struct FormQuestion: Payload, Equatable {
  public enum Kind: String, Payload, CaseIterable { case choice, multiple, date, text }
  /// A day that is known of the participant when the form is filled in.
  public enum KnownDay: String, Payload, CaseIterable { case today, entry, end, orientation }
  public var code: String
  public var label: String
  public var kind: Kind
  public var required: Bool
  public var choices: [FormChoice]
  /// All of them must hold, on questions that come before; none: it is always asked.
  public var when: [FormCondition]
  public var suggested: JSONValue?
  /// The day to suggest.
  public var suggestedFrom: KnownDay?
  /// The day that the answer may not be before.
  public var earliest: KnownDay?
  /// The day that the answer may not be after.
  public var latest: KnownDay?
  /// Answers that the guide does not allow: they are neither offered nor taken. `advice` says why.
  public var forbidden: [String]?
  /// Answers that must be among those chosen.
  public var must: [String]?
  /// Answers to confirm, since the county asks to avoid them.
  public var discouraged: [String]?
  /// Answers that exclude all others of the same question.
  public var alone: [String]?
  /// The paper that is to be among the step's before the question counts as answered.
  public var evidence: Evidence.Kind?
  public var advice: String?

  public init(
    code: String, label: String, kind: Kind, required: Bool = true, choices: [FormChoice] = [],
    when: [FormCondition] = [], suggested: JSONValue? = nil, suggestedFrom: KnownDay? = nil, earliest: KnownDay? = nil,
    latest: KnownDay? = nil, forbidden: [String]? = nil, must: [String]? = nil, discouraged: [String]? = nil,
    alone: [String]? = nil, evidence: Evidence.Kind? = nil, advice: String? = nil
  ) {
    self.code = code
    self.label = label
    self.kind = kind
    self.required = required
    self.choices = choices
    self.when = when
    self.suggested = suggested
    self.suggestedFrom = suggestedFrom
    self.earliest = earliest
    self.latest = latest
    self.forbidden = forbidden
    self.must = must
    self.discouraged = discouraged
    self.alone = alone
    self.evidence = evidence
    self.advice = advice
  }
}

/// The questions of one form in one version.
public struct Questionnaire: Payload, Equatable {
  public var version: Int
  public var form: FSEForm
  public var title: String
  public var questions: [FormQuestion]

  public init(version: Int, form: FSEForm, title: String, questions: [FormQuestion]) {
    self.version = version
    self.form = form
    self.title = title
    self.questions = questions
  }
}

/// Both questionnaires of a new version.
public struct QuestionnaireDraft: Payload, Constrained {
  public var entryTitle: String
  public var entry: [FormQuestion]
  public var exitTitle: String
  public var exit: [FormQuestion]
  public static let constraints: [String: Constraint] = [
    "entryTitle": .text(1...200), "exitTitle": .text(1...200), "entry": .items(100), "exit": .items(100),
  ]

  public init(entryTitle: String, entry: [FormQuestion], exitTitle: String, exit: [FormQuestion]) {
    self.entryTitle = entryTitle
    self.entry = entry
    self.exitTitle = exitTitle
    self.exit = exit
  }
}

extension FSEAPI {
  public static let listParticipations = Endpoint<NoInput, Page<Participation>>(
    .fse, "listParticipations", .get, "dossiers/{dossier}/participations",
    allow: .having(.readDossiers, reaching: .dossier), summary: "List a dossier's participations, newest first.")
  public static let showParticipation = Endpoint<NoInput, Participation>(
    .fse, "showParticipation", .get, "participations/{participation}",
    allow: .having(.readDossiers, reaching: .participation),
    summary: "Show a participation with the state of its forms.")
  public static let changeParticipation = Endpoint<ParticipationChange, Participation>(
    .fse, "changeParticipation", .put, "participations/{participation}",
    allow: .having(.fseForms, reaching: .participation),
    summary: "Change the dates of a participation.", versioned: true)
  public static let endParticipation = Endpoint<ParticipationEnd, Participation>(
    .fse, "endParticipation", .post, "participations/{participation}/end",
    allow: .having(.fseForms, reaching: .participation),
    summary: "End a participation and its step on the same day, which opens the exit form.", versioned: true)
  public static let showForm = Endpoint<NoInput, FormSheet>(
    .fse, "showForm", .get, "participations/{participation}/forms/{form}",
    allow: .having(.fseForms, reaching: .participation),
    summary: "Show a participant's entry or exit form.")
  public static let saveForm = Endpoint<FormAnswers, FormSheet>(
    .fse, "saveForm", .put, "participations/{participation}/forms/{form}",
    allow: .having(.fseForms, reaching: .participation),
    summary: "Save the answers of a form; it is complete once no required answer is missing.", versioned: true)
  public static let listDueForms = Endpoint<DueFormQuery, Page<DueForm>>(
    .fse, "listDueForms", .get, "forms/due", allow: .having(.fseForms),
    summary: "List the forms to fill in within one's scope, the most urgent first.", audit: Act.Kind.read)
  public static let showQuestionnaire = Endpoint<NoInput, Questionnaire>(
    .fse, "showQuestionnaire", .get, "questionnaires/{version}/{form}", allow: .signedIn,
    summary: "Show one version of a questionnaire.")
  public static let addQuestionnaires = Endpoint<QuestionnaireDraft, Questionnaire>(
    .fse, "addQuestionnaires", .post, "questionnaires", allow: .having(.administer, .manageOperations),
    summary: "Add a new version of both questionnaires; answers with the entry form.", success: 201)
}
