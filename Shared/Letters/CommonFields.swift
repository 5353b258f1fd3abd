import API

/// The merge fields that mean the same in the models of every service. Their values are each service's to fill.
public enum CommonFields {
  public static let beneficiary = ModelField(
    name: "Beneficiaire", meaning: "Nom et prénom de la personne", example: "VALETTE-MOREAU Anne-Sophie")
  public static let address = ModelField(
    name: "Adresse", meaning: "Son adresse, en plusieurs lignes",
    example: "12 bis chemin des Châtaigniers\n23200 AUBUSSON")
  public static let number = ModelField(name: "NumeroDossier", meaning: "Le numéro du dossier", example: "71042")
  public static let county = ModelField(
    name: "Departement", meaning: "Le nom du Département", example: "Département de la Creuse")

  /// Who the document is about.
  public static let person = [
    beneficiary,
    ModelField(name: "DateNaissance", meaning: "Sa date de naissance", example: "14/07/1985"),
    address,
    ModelField(name: "Telephone", meaning: "Son téléphone", example: "06 12 34 56 78"),
    ModelField(name: "Courriel", meaning: "Son adresse électronique", example: "anne-sophie.valette@exemple.fr"),
    number,
  ]

  /// Who accompanies them.
  public static let referent = [
    ModelField(name: "Referent", meaning: "Son référent de parcours", example: "DURAND Patricia"),
    ModelField(name: "CourrielReferent", meaning: "L’adresse du référent", example: "p.durand@exemple.fr"),
    ModelField(name: "TelephoneReferent", meaning: "Le téléphone du référent", example: "04 75 00 00 00"),
    ModelField(name: "Structure", meaning: "La structure du référent", example: "Mission locale de la Creuse"),
  ]
}
