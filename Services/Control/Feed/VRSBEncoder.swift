/// The same county as CNAF writes it (VRSB0801; rule F13): who is entitled to what, without référents nor
/// Genesis's identifiers. All of it is ASCII, which windows-1252 writes alike.
struct VRSBEncoder: GenesisEncoder {
  let buffer: FeedByteBuffer

  func begin(createdOn day: SyntheticDay) {
    buffer.append(
      """
      <?xml version="1.0" encoding="windows-1252"?>
      <Racine>
        <IdentificationFlux><APPLIEME>CRI</APPLIEME><NUMVERSIONAPPLIEME>0801</NUMVERSIONAPPLIEME><TYPEFLUX>M</TYPEFLUX><NATFLUX>T</NATFLUX>
      """ as StaticString)
    element("DTCREAFLUX", day)
    element("HEUCREAFLUX", "04:10:00")
    element("DTREF", day - 1)
    buffer.append("</IdentificationFlux>\n" as StaticString)
  }

  func household(_ household: SyntheticHousehold) {
    buffer.append("  <InfosFoyerRSA>\n    <IdentificationRSA><Organisme>" as StaticString)
    element("FONORG", household.fund)
    element("NUMORG", household.fundNumber)
    buffer.append("<MATRICULE>" as StaticString)
    buffer.append(household.member)
    buffer.append(
      "</MATRICULE></Organisme><Partenaire><TYPEPARTE>CG</TYPEPARTE><IDEPARTE>007</IDEPARTE></Partenaire><DemandeRSA>"
        as StaticString)
    element("DTDEMRSA", household.requestedOn)
    buffer.append("<NUMDEMRSA>" as StaticString)
    buffer.append(household.requestedOn.civil.year, width: 4)
    buffer.append(household.index + 1, width: 7)
    buffer.append("</NUMDEMRSA></DemandeRSA></IdentificationRSA>\n" as StaticString)
    for person in household.persons { self.person(person, of: household) }
    for rank in 0..<household.children { child(rank, of: household) }
    buffer.append("    <DonneesAdministratives><SituationFamille>" as StaticString)
    element("SITFAM", household.situation)
    element("DDSITFAM", household.situationSince)
    buffer.append("</SituationFamille>" as StaticString)
    address(household)
    buffer.append("</DonneesAdministratives>\n" as StaticString)
    right(household)
    buffer.append("  </InfosFoyerRSA>\n" as StaticString)
  }

  func end(_ report: FeedGenerator.Report) {
    buffer.append("  <TransmissionFlux><NBTOTDOSRSATRANSM>" as StaticString)
    buffer.append(report.households)
    buffer.append(
      "</NBTOTDOSRSATRANSM><NBTOTDOSRSATRANSMANO>0</NBTOTDOSRSATRANSMANO></TransmissionFlux>\n</Racine>\n"
        as StaticString)
  }

  private func person(_ person: SyntheticPerson, of household: SyntheticHousehold) {
    buffer.append("    <Personne><Identification>" as StaticString)
    element("QUAL", person.honorific)
    element("NOM", person.family)
    element("NOMNAI", person.familyAtBirth)
    element("PRENOM", person.given)
    element("NOMCOMNAI", "PRIVAS")
    if let text = person.bornText { element("DTNAI", text) } else { element("DTNAI", person.bornOn) }
    element("TYPEDTNAI", "N")
    element("NIR", person.nir)
    element("SEXE", person.isMale ? "1" : "2")
    buffer.append("</Identification>" as StaticString)
    membership(role: person.role, isResponsible: person.role == "DEM", since: household.requestedOn)
    buffer.append("<MontantCalculDroitRSAPersonne>" as StaticString)
    element("TOPPERSDRODEVORSA", person.isSubject ? "1" : "0")
    buffer.append("</MontantCalculDroitRSAPersonne></Personne>\n" as StaticString)
  }

  private func child(_ rank: Int, of household: SyntheticHousehold) {
    buffer.append("    <Personne><Identification>" as StaticString)
    element("NOM", household.persons[0].family)
    element("NOMNAI", household.persons[0].family)
    element("PRENOM", "ENFANT")
    element("NOMCOMNAI", "PRIVAS")
    element("DTNAI", household.requestedOn - 700 * (rank + 1))
    element("SEXE", rank % 2 == 0 ? "1" : "2")
    buffer.append("</Identification>" as StaticString)
    membership(role: "ENF", isResponsible: false, since: household.requestedOn)
    buffer.append("</Personne>\n" as StaticString)
  }

  /// Since when somebody belongs to the household, and their role for each benefit.
  private func membership(role: String, isResponsible: Bool, since day: SyntheticDay) {
    buffer.append("<DossierCAF>" as StaticString)
    element("TOPRESPDOS", isResponsible ? "1" : "0")
    element("DDRATDOS", day)
    buffer.append("</DossierCAF><Prestations><NATPREST>PFA</NATPREST>" as StaticString)
    element("ROLEPERS", isResponsible ? "RDO" : role)
    buffer.append("<TOPCHAPERS>1</TOPCHAPERS></Prestations><Prestations><NATPREST>RSA</NATPREST>" as StaticString)
    element("ROLEPERS", role)
    buffer.append("<TOPCHAPERS>1</TOPCHAPERS></Prestations>" as StaticString)
  }

  private func address(_ household: SyntheticHousehold) {
    buffer.append("<Adresse><TroncCommunAdresse><RGADR>1</RGADR>" as StaticString)
    element("DTEMM", household.movedInOn)
    buffer.append(
      """
      <PAYS>FRA</PAYS><TYPEADR>D</TYPEADR><ETATADR>VO</ETATADR></TroncCommunAdresse>\
      <AdresseDetailleeFrance><COMPLIDEADR/><COMPLADR/>
      """ as StaticString)
    element("NUMVOIE", household.streetNumber)
    element("LIBTYPEVOIE", household.streetKind)
    element("NOMVOIE", household.street)
    buffer.append("<LIEUDIST/>" as StaticString)
    element("NUMCOM", household.commune.code)
    // The schema says integer: the first zero goes.
    element("CODEPOS", String(household.commune.postcode.drop { $0 == "0" }))
    element("NOMCOM", household.commune.name)
    buffer.append("</AdresseDetailleeFrance></Adresse>" as StaticString)
  }

  private func right(_ household: SyntheticHousehold) {
    buffer.append("    <PrestationRSA><SituationDossierRSA><EtatDossierRSA>" as StaticString)
    element("ETATDOSRSA", household.state)
    buffer.append("</EtatDossierRSA>" as StaticString)
    if let reason = household.suspension, household.state == "3" {
      buffer.append("<SuspensionDroit>" as StaticString)
      element("MOTISUSDRORSA", reason)
      element("DDSUSDRORSA", household.suspendedOn)
      buffer.append("</SuspensionDroit>" as StaticString)
    } else if let reason = household.suspension {
      buffer.append("<SuspensionVersement>" as StaticString)
      element("MOTISUSVERSRSA", reason)
      element("DDSUSVERSRSA", household.suspendedOn)
      buffer.append("</SuspensionVersement>" as StaticString)
    }
    if household.closure != nil || household.closedOn != nil {
      let isEarlier = household.state == "6"
      open(isEarlier ? "FinDroitMoisAnterieur" : "FinDroit")
      element("MOTICLORSA", household.closure ?? "")
      element("DTCLORSA", household.closedOn)
      close(isEarlier ? "FinDroitMoisAnterieur" : "FinDroit")
    }
    buffer.append(
      """
      </SituationDossierRSA><DetailDroitRSA><TroncCommunDroitRSA><TOPSANSDOMFIXE>0</TOPSANSDOMFIXE><NBENFAUTCHA>
      """ as StaticString)
    buffer.append(household.children)
    buffer.append(
      "</NBENFAUTCHA><ORIDEMRSA>DEM</ORIDEMRSA></TroncCommunDroitRSA></DetailDroitRSA></PrestationRSA>\n"
        as StaticString)
  }

  private func element(_ name: StaticString, _ text: String?) {
    guard let text else { return }
    open(name)
    buffer.append(text)
    close(name)
  }

  private func element(_ name: StaticString, _ day: SyntheticDay?) {
    guard let day else { return }
    open(name)
    buffer.append(day)
    close(name)
  }

  private func open(_ name: StaticString) {
    buffer.append(byte: UInt8(ascii: "<"))
    buffer.append(name)
    buffer.append(byte: UInt8(ascii: ">"))
  }

  private func close(_ name: StaticString) {
    buffer.append("</" as StaticString)
    buffer.append(name)
    buffer.append(byte: UInt8(ascii: ">"))
  }
}
