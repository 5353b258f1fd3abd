import API
import Letters

/// The merge fields of contracts: what each becomes, and what a try-out puts there. `ContractLetter` fills them.
enum ContractFields {
  private static let contract: [ModelField] =
    [
      ModelField(name: "Numero", meaning: "Le numéro du contrat", example: "2"),
      ModelField(name: "DateDebut", meaning: "Son premier jour", example: "01/04/2026"),
      ModelField(name: "DateFin", meaning: "Son dernier jour", example: "30/09/2026"),
      ModelField(name: "Duree", meaning: "Sa durée", example: "6 mois"),
      ModelField(name: "DateSignature", meaning: "Le jour où il a été élaboré", example: "12/03/2026"),
      ModelField(
        name: "SituationActuelle", meaning: "La situation de la personne",
        example: "Vit seule à Aubusson, sans véhicule. Cherche un emploi dans l’aide à domicile."),
      ModelField(
        name: "Evaluation", meaning: "Ce qui a été fait depuis le contrat précédent",
        example: "Les démarches engagées ont été menées à bien ; la mobilité reste le frein principal."),
      ModelField(
        name: "ExpressionPersonne", meaning: "Ce que la personne veut dire",
        example: "Souhaite reprendre un emploi à temps partiel."),
      ModelField(name: "AccordPersonne", meaning: "Son accord", example: "Oui"),
      ModelField(name: "DateAccord", meaning: "Le jour de son accord", example: "12/03/2026"),
      ModelField(
        name: "HeuresHebdomadaires", meaning: "Les heures d’activité par semaine", example: "15 heures"),
      ModelField(name: "Decision", meaning: "La décision du Département", example: "Validé"),
      ModelField(
        name: "DecisionCommentee", meaning: "Le commentaire de la décision",
        example: "Contrat validé. Poursuivre l’accompagnement vers l’aide à domicile."),
      ModelField(name: "DateDecision", meaning: "Le jour de la décision", example: "20/03/2026"),
      ModelField(
        name: "NoteReferent", meaning: "Ancien champ : la note au référent ne s’imprime plus", example: ""),
      ModelField(name: "SignataireDepartement", meaning: "Qui a décidé", example: "ROUX Claire"),
    ]

  private static let objective = [
    ModelField(name: "Objectif.Numero", meaning: "Objectif, répété : son numéro", example: "1"),
    ModelField(name: "Objectif.Theme", meaning: "Objectif, répété : son thème", example: "Mobilité"),
    ModelField(
      name: "Objectif.Personne", meaning: "Objectif, répété : ce que fait la personne",
      example: "S’inscrire à l’auto-école solidaire et préparer le code."),
    ModelField(
      name: "Objectif.Referent", meaning: "Objectif, répété : ce que fait le référent",
      example: "Instruire la demande d’aide au permis."),
    ModelField(name: "Objectif.Echeance", meaning: "Objectif, répété : son échéance", example: "30/06/2026"),
    ModelField(
      name: "Objectif.Etape", meaning: "Objectif, répété : l’étape du parcours qui y répond",
      example: "Auto-école solidaire"),
  ]

  static let models = KeptModels(
    .contract, fields: CommonFields.person + CommonFields.referent + contract + [CommonFields.county] + objective,
    more: [
      "Objectif": [
        "Numero": "2", "Theme": "Famille et garde d’enfants",
        "Personne": "Déposer un dossier à la crèche et prendre rendez-vous avec le relais petite enfance.",
        "Referent": "Appuyer la demande de place.", "Echeance": "31/08/2026", "Etape": "",
      ]
    ])
}
