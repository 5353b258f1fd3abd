import Domain

extension SchedulingAPI {
  public static let listAppointments = Endpoint<SchedulingPageQuery, Page<AppointmentDetail>>(
    .scheduling, "listAppointments", .get, "dossiers/{dossier}/appointments",
    allow: .having(.readDossiers, reaching: .dossier), summary: "List the appointments of a dossier, latest first.")

  public static let showAttendance = Endpoint<NoInput, AppointmentCounts>(
    .scheduling, "showAttendance", .get, "dossiers/{dossier}/attendance",
    allow: .having(.readDossiers, reaching: .dossier),
    summary: "Count the appointments of a dossier that were held and those that were not honoured.")

  /// Answers 409 `creneau-pris` with `offer.startsAt` when the agent or the person is busy.
  public static let bookAppointment = Endpoint<AppointmentDraft, AppointmentDetail>(
    .scheduling, "bookAppointment", .post, "dossiers/{dossier}/appointments",
    allow: .having(.bookAppointments, .bookForOrganisation, reaching: .dossier),
    summary: "Book an appointment in one's own agenda or in one that is open to the caller.", success: 201)

  public static let bookBatch = Endpoint<AppointmentBatchDraft, AppointmentBatch>(
    .scheduling, "bookBatch", .post, "appointment-batches", allow: .having(.bookAppointments, .bookForOrganisation),
    summary: "Book one hour for several persons; each row says what became of it.", success: 201)

  public static let showAppointment = Endpoint<NoInput, AppointmentDetail>(
    .scheduling, "showAppointment", .get, "appointments/{appointment}",
    allow: .having(.readDossiers, reaching: .appointment),
    summary: "Show an appointment.")

  public static let changeAppointment = Endpoint<AppointmentDraft, AppointmentDetail>(
    .scheduling, "changeAppointment", .put, "appointments/{appointment}",
    allow: .having(.bookAppointments, .bookForOrganisation, reaching: .appointment),
    summary: "Move a planned appointment or change what it is about; its reminder follows.", versioned: true)

  public static let recordOutcome = Endpoint<OutcomeDraft, AppointmentDetail>(
    .scheduling, "recordOutcome", .post, "appointments/{appointment}/outcome",
    allow: .having(.bookAppointments, .bookForOrganisation, reaching: .appointment),
    summary: "Say whether an appointment was held, with its summary.", versioned: true)

  public static let deleteAppointment = Endpoint<NoInput, NoOutput>(
    .scheduling, "deleteAppointment", .delete, "appointments/{appointment}",
    allow: .having(.bookAppointments, .bookForOrganisation, reaching: .appointment),
    summary: "Take back an appointment that is planned and still to come.", versioned: true)

  public static let listPendingOutcomes = Endpoint<PendingOutcomeQuery, Page<PendingOutcome>>(
    .scheduling, "listPendingOutcomes", .get, "appointments/pending-outcomes", allow: .having(.readDossiers),
    summary: "List the appointments that are over and still planned, oldest first.", audit: .some(.some(.read)))
}
