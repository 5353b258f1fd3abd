/// Writes a Genesis feed into a buffer, household by household.
protocol GenesisEncoder {
  /// - Parameter createdOn: the day the file is made; it describes the day before.
  func begin(createdOn: SyntheticDay)
  func household(_ household: SyntheticHousehold)
  func end(_ report: FeedGenerator.Report)
}

/// The feed in XML. Nothing of the synthetic county needs escaping: names are capitals, blanks, dashes and digits.
struct GenesisXMLEncoder: GenesisEncoder {
  let buffer: FeedByteBuffer
  let teams: SyntheticTeams

  func begin(createdOn day: SyntheticDay) {
    buffer.append(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <FluxGenesis>
        <IdentificationFlux APPLIEME="GEN" NUMVERSIONAPPLIEME="0407" VERSIONFLUX="1" TYPEFLUX="Q" NATFLUX="S"
      """ as StaticString)
    write(" DTCREAFLUX=\"", day)
    buffer.append("\" HEUCREAFLUX=\"04:10:00" as StaticString)
    write("\" DTREF=\"", day - 1)
    buffer.append("\" TYPEPARTE=\"CD\" IDEPARTE=\"007\"/>\n" as StaticString)
  }

  func household(_ household: SyntheticHousehold) {
    buffer.append("  <Foyer>\n    <Dossier NUMDEMRSA=\"" as StaticString)
    buffer.append(household.requestedOn.civil.year, width: 4)
    buffer.append(household.index + 1, width: 7)
    write("\" FONORG=\"", household.fund)
    write("\" NUMORG=\"", household.fundNumber)
    buffer.append("\" MATRICULE=\"" as StaticString)
    buffer.append(household.member, width: 7)
    write("\" DTDEMRSA=\"", household.requestedOn)
    write("\" ORIDEMRSA=\"DEM\"/>\n    <Droit ETATDOSRSA=\"", household.state)
    write("\" DTODRSA=\"", household.openedOn)
    write("\" MOTISUSVERSRSA=\"", household.suspension)
    write("\" DDSUSVERSRSA=\"", household.suspendedOn)
    write("\" MOTICLORSA=\"", household.closure)
    write("\" DTCLORSA=\"", household.closedOn)
    write("\"/>\n    <SituationFamille SITFAM=\"", household.situation)
    write("\" DDSITFAM=\"", household.situationSince)
    buffer.append("\" NBENFAUTCHA=\"" as StaticString)
    buffer.append(household.children)
    address(household)
    write("\"/>\n    <Contact NUMTEL=\"", household.phone)
    write("\" AUTORUTITEL=\"", household.phone == nil ? nil : household.phoneConsent)
    write("\" ADRELEC=\"", household.mail)
    write("\" AUTORUTIADRELEC=\"", household.mail == nil ? nil : "A")
    buffer.append("\"/>\n" as StaticString)
    for person in household.persons { self.person(person) }
    for child in 0..<household.children { self.child(child, of: household) }
    buffer.append("  </Foyer>\n" as StaticString)
  }

  func end(_ report: FeedGenerator.Report) {
    buffer.append("  <TransmissionFlux NBTOTDOSRSATRANSM=\"" as StaticString)
    buffer.append(report.households)
    buffer.append("\" NBPERSTRANSM=\"" as StaticString)
    buffer.append(report.persons + report.children)
    buffer.append("\" NBTOTDOSRSATRANSMANO=\"0\"/>\n</FluxGenesis>\n" as StaticString)
  }

  private func address(_ household: SyntheticHousehold) {
    write("\"/>\n    <Adresse RGADR=\"01\" NUMVOIE=\"", household.streetNumber)
    write("\" LIBTYPEVOIE=\"", household.streetKind)
    write("\" NOMVOIE=\"", household.street)
    write("\" CODEPOS=\"", household.commune.postcode)
    write("\" NUMCOM=\"", household.commune.code)
    write("\" NOMCOM=\"", household.commune.name)
    write("\" PAYS=\"FRA\" DTEMM=\"", household.movedInOn)
    write("\" DTAS=\"", household.commune.territory.map { SyntheticPlaces.territories[$0] })
  }

  private func person(_ person: SyntheticPerson) {
    let referent = teams.referents[person.referent]
    write("    <Personne ROLEPERS=\"", person.role)
    write("\" IDPERS=\"", person.id)
    write("\" QUAL=\"", person.honorific)
    write("\" NOM=\"", person.family)
    write("\" NOMNAI=\"", person.familyAtBirth)
    write("\" PRENOM=\"", person.given)
    if let text = person.bornText { write("\" DTNAI=\"", text) } else { write("\" DTNAI=\"", person.bornOn) }
    write("\" TYPEDTNAI=\"N\" SEXE=\"", person.isMale ? "1" : "2")
    write("\" NIR=\"", person.nir)
    write("\" NATI=\"", person.nationality)
    write("\">\n      <DroitsDevoirs TOPPERSDRODEVORSA=\"", person.isSubject ? "1" : "0")
    write("\" DDSOUDRODEV=\"", person.subjectSince)
    write("\"/>\n      <Orientation TYPEORIENT=\"", person.orientation)
    buffer.append("\" STATUT=\"ORIENTE\" RANG=\"" as StaticString)
    buffer.append(person.orientationRank)
    write("\" DATE=\"", person.orientedOn)
    write("\" ORIGINE=\"", person.orientationRank > 1 ? "REORIENTATION" : "MANUELLE")
    write("\"/>\n      <Referent IDREF=\"", referent.id)
    write("\" NOM=\"", referent.family)
    write("\" PRENOM=\"", referent.given)
    write("\" MAIL=\"", referent.mail)
    write("\" STRUCTURE=\"", referent.organisation.name)
    write("\" IDSTRUCT=\"", referent.organisation.id)
    write("\" DTAS=\"", SyntheticPlaces.territories[referent.organisation.territory])
    write("\" DDDESIGNATION=\"", person.referentFrom)
    write("\" DFDESIGNATION=\"", person.referentUntil)
    write("\" MOTIFFIN=\"", person.referentEnd)
    write("\"/>\n      <Midem DATE=\"", person.noticeOn)
    write("\" MOTIF=\"", person.noticeReason)
    buffer.append("\"/>\n    </Personne>\n" as StaticString)
  }

  private func child(_ rank: Int, of household: SyntheticHousehold) {
    buffer.append("    <Personne ROLEPERS=\"ENF\" IDPERS=\"E" as StaticString)
    buffer.append(household.index + 1, width: 7)
    buffer.append(rank + 1)
    write("\" NOM=\"", household.persons[0].family)
    buffer.append("\"/>\n" as StaticString)
  }

  private func write(_ name: StaticString, _ text: String?) {
    buffer.append(name)
    if let text { buffer.append(text) }
  }

  private func write(_ name: StaticString, _ day: SyntheticDay?) {
    buffer.append(name)
    if let day { buffer.append(day) }
  }
}
