import API
import Letters

/// The merge fields of a dossier's letters and forms: what each becomes, and what a try-out puts there. `LetterPerson`
/// fills them.
enum LetterFields {
  static let models = KeptModels(.letter, fields: person + followed + sender)

  private static let person = [
    ModelField(name: "Civilite", meaning: "Madame ou Monsieur", example: "Madame"),
    ModelField(name: "Beneficiaire", meaning: "Nom et prénom de la personne", example: "VALETTE-MOREAU Anne-Sophie"),
    ModelField(name: "Nom", meaning: "Son nom", example: "VALETTE-MOREAU"),
    ModelField(name: "Prenom", meaning: "Son prénom", example: "Anne-Sophie"),
    ModelField(name: "NomNaissance", meaning: "Son nom de naissance", example: "VALETTE"),
    ModelField(name: "DateNaissance", meaning: "Sa date de naissance", example: "14/07/1985"),
    ModelField(
      name: "Adresse", meaning: "Son adresse, en plusieurs lignes",
      example: "12 bis chemin des Châtaigniers\n07200 AUBENAS"),
    ModelField(name: "CodePostal", meaning: "Son code postal", example: "07200"),
    ModelField(name: "Commune", meaning: "Sa commune", example: "AUBENAS"),
    ModelField(name: "Telephone", meaning: "Son téléphone", example: "06 12 34 56 78"),
    ModelField(name: "Courriel", meaning: "Son adresse électronique", example: "anne-sophie.valette@exemple.fr"),
  ]

  private static let followed = [
    ModelField(name: "NumeroDossier", meaning: "Le numéro du dossier", example: "71042"),
    ModelField(name: "DateEntree", meaning: "Le jour de l’entrée dans la file active", example: "02/09/2025"),
    ModelField(
      name: "DroitsDevoirs", meaning: "Soumise ou non aux droits et devoirs",
      example: "Soumis aux droits et devoirs"),
    ModelField(name: "Referent", meaning: "Son référent de parcours", example: "DURAND Patricia"),
    ModelField(name: "CourrielReferent", meaning: "L’adresse du référent", example: "p.durand@exemple.fr"),
    ModelField(name: "TelephoneReferent", meaning: "Le téléphone du référent", example: "04 75 00 00 00"),
    ModelField(name: "Structure", meaning: "La structure du référent", example: "Mission locale Ardèche méridionale"),
    ModelField(name: "Territoire", meaning: "Le territoire du dossier", example: "DTAS Sud"),
  ]

  private static let sender = [
    ModelField(name: "Departement", meaning: "Le nom du Département", example: "Département de l’Ardèche"),
    ModelField(name: "DateCourrier", meaning: "Le jour où le document est créé", example: "12 mars 2026"),
    ModelField(name: "Redacteur", meaning: "Qui crée le document", example: "ROUX Claire"),
    ModelField(
      name: "LieuCourrier", meaning: "La commune de la structure du référent", example: "Aubenas"),
    ModelField(
      name: "AdresseStructure", meaning: "L’adresse de la structure, sur deux lignes",
      example: "2 rue de la Gare\n07200 Aubenas"),
    ModelField(
      name: "AdresseStructureLigne", meaning: "La même sur une ligne", example: "2 rue de la Gare, 07200 Aubenas"),
  ]
}
