/// The feed in CSV: one line a person, the household's data on each. Nothing of the synthetic county needs quoting.
struct GenesisCSVEncoder: GenesisEncoder {
  let buffer: FeedByteBuffer
  let teams: SyntheticTeams

  /// In the order that `household` writes.
  static let columns = [
    "NUMDEMRSA", "FONORG", "NUMORG", "MATRICULE", "DTDEMRSA", "ORIDEMRSA", "ETATDOSRSA", "DTODRSA", "MOTISUSVERSRSA",
    "DDSUSVERSRSA", "MOTICLORSA", "DTCLORSA", "SITFAM", "DDSITFAM", "NBENFAUTCHA", "NUMVOIE", "LIBTYPEVOIE", "NOMVOIE",
    "CODEPOS", "NUMCOM", "NOMCOM", "PAYS", "DTEMM", "DTAS", "NUMTEL", "AUTORUTITEL", "ADRELEC", "AUTORUTIADRELEC",
    "ROLEPERS", "IDPERS", "QUAL", "NOM", "NOMNAI", "PRENOM", "DTNAI", "TYPEDTNAI", "SEXE", "NIR", "NATI",
    "TOPPERSDRODEVORSA", "DDSOUDRODEV", "TYPEORIENT", "STATUTORIENT", "RANGORIENT", "DATEORIENT", "ORIGINEORIENT",
    "IDREF", "NOMREF", "PRENOMREF", "MAILREF", "STRUCTURE", "IDSTRUCT", "DTASREF", "DDDESIGNATION", "DFDESIGNATION",
    "MOTIFFIN", "DATEMIDEM", "MOTIFMIDEM",
  ]

  func begin(createdOn day: SyntheticDay) {
    buffer.append("#GENESIS;APPLIEME=GEN;NUMVERSIONAPPLIEME=0407;VERSIONFLUX=1;TYPEFLUX=Q;NATFLUX=S" as StaticString)
    buffer.append(";DTCREAFLUX=" as StaticString)
    buffer.append(day)
    buffer.append(";HEUCREAFLUX=04:10:00;DTREF=" as StaticString)
    buffer.append(day - 1)
    buffer.append(";TYPEPARTE=CD;IDEPARTE=007\n" as StaticString)
    buffer.append(Self.columns.joined(separator: ";"))
    line()
  }

  func household(_ household: SyntheticHousehold) {
    for person in household.persons {
      shared(household)
      self.person(person)
    }
    for rank in 0..<household.children {
      shared(household)
      buffer.append("ENF;E" as StaticString)
      buffer.append(household.index + 1, width: 7)
      buffer.append(rank + 1)
      buffer.append(";;" as StaticString)
      buffer.append(household.persons[0].family)
      // Up to the last of the 58 columns: NOM is the 32nd.
      buffer.append(";;;;;;;;;;;;;;;;;;;;;;;;;;" as StaticString)
      line()
    }
  }

  func end(_ report: FeedGenerator.Report) {
    buffer.append("#FIN;NBTOTDOSRSATRANSM=" as StaticString)
    buffer.append(report.households)
    buffer.append(";NBPERSTRANSM=" as StaticString)
    buffer.append(report.persons + report.children)
    buffer.append(";NBTOTDOSRSATRANSMANO=0\n" as StaticString)
  }

  private func shared(_ household: SyntheticHousehold) {
    buffer.append(household.requestedOn.civil.year, width: 4)
    buffer.append(household.index + 1, width: 7)
    separate()
    field(household.fund)
    field(household.fundNumber)
    buffer.append(household.member, width: 7)
    separate()
    field(household.requestedOn)
    field("DEM")
    field(household.state)
    field(household.openedOn)
    field(household.suspension)
    field(household.suspendedOn)
    field(household.closure)
    field(household.closedOn)
    field(household.situation)
    field(household.situationSince)
    buffer.append(household.children)
    separate()
    field(household.streetNumber)
    field(household.streetKind)
    field(household.street)
    field(household.commune.postcode)
    field(household.commune.code)
    field(household.commune.name)
    field("FRA")
    field(household.movedInOn)
    field(household.commune.territory.map { SyntheticPlaces.territories[$0] })
    field(household.phone)
    field(household.phone == nil ? nil : household.phoneConsent)
    field(household.mail)
    field(household.mail == nil ? nil : "A")
  }

  private func person(_ person: SyntheticPerson) {
    let referent = teams.referents[person.referent]
    field(person.role)
    field(person.id)
    field(person.honorific)
    field(person.family)
    field(person.familyAtBirth)
    field(person.given)
    if let text = person.bornText { field(text) } else { field(person.bornOn) }
    field("N")
    field(person.isMale ? "1" : "2")
    field(person.nir)
    field(person.nationality)
    field(person.isSubject ? "1" : "0")
    field(person.subjectSince)
    field(person.orientation)
    field("ORIENTE")
    buffer.append(person.orientationRank)
    separate()
    field(person.orientedOn)
    field(person.orientationRank > 1 ? "REORIENTATION" : "MANUELLE")
    field(referent.id)
    field(referent.family)
    field(referent.given)
    field(referent.mail)
    field(referent.organisation.name)
    field(referent.organisation.id)
    field(SyntheticPlaces.territories[referent.organisation.territory])
    field(person.referentFrom)
    field(person.referentUntil)
    field(person.referentEnd)
    field(person.noticeOn)
    if let reason = person.noticeReason { buffer.append(reason) }
    line()
  }

  private func field(_ text: String?) {
    if let text { buffer.append(text) }
    separate()
  }

  private func field(_ day: SyntheticDay?) {
    if let day { buffer.append(day) }
    separate()
  }

  private func separate() { buffer.append(byte: UInt8(ascii: ";")) }
  private func line() { buffer.append(byte: 0x0A) }
}
