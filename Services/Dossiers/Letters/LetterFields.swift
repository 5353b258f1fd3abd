import API
import Letters

/// The merge fields of a dossier's letters and forms: what each becomes, and what a try-out puts there. `LetterPerson`
/// fills them.
enum LetterFields {
  static let models = KeptModels(
    .letter, fields: CommonFields.person + person + CommonFields.referent + followed + sender)

  private static let person = [
    ModelField(name: "Civilite", meaning: "Madame ou Monsieur", example: "Madame"),
    ModelField(name: "Nom", meaning: "Son nom", example: "VALETTE-MOREAU"),
    ModelField(name: "Prenom", meaning: "Son prénom", example: "Anne-Sophie"),
    ModelField(name: "NomNaissance", meaning: "Son nom de naissance", example: "VALETTE"),
    ModelField(name: "CodePostal", meaning: "Son code postal", example: "23200"),
    ModelField(name: "Commune", meaning: "Sa commune", example: "AUBUSSON"),
  ]

  private static let followed = [
    ModelField(name: "DateEntree", meaning: "Le jour de l’entrée dans la file active", example: "02/09/2025"),
    ModelField(
      name: "DroitsDevoirs", meaning: "Soumise ou non aux droits et devoirs",
      example: "Soumis aux droits et devoirs"),
    ModelField(name: "Territoire", meaning: "Le territoire du dossier", example: "DTAS Sud"),
  ]

  private static let sender = [
    CommonFields.county,
    ModelField(name: "DateCourrier", meaning: "Le jour où le document est créé", example: "12 mars 2026"),
    ModelField(name: "Redacteur", meaning: "Qui crée le document", example: "ROUX Claire"),
    ModelField(
      name: "LieuCourrier", meaning: "La commune de la structure du référent", example: "Aubusson"),
    ModelField(
      name: "AdresseStructure", meaning: "L’adresse de la structure, sur deux lignes",
      example: "2 rue de la Gare\n23200 Aubusson"),
    ModelField(
      name: "AdresseStructureLigne", meaning: "La même sur une ligne", example: "2 rue de la Gare, 23200 Aubusson"),
  ]
}
