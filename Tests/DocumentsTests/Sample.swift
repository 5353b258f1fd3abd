import Documents
import Foundation

/// A contract and a summons of real length.
enum Sample {
  static let objectiveFields = ["Numero", "Theme", "Personne", "Referent", "Echeance", "Etape"].map { "Objectif.\($0)" }

  static let contract: [String: MergeValue] = [
    "Departement": .text("Ardèche"), "Numero": .text("3"), "NumeroDossier": .text("07-2024-018845"),
    "DateDebut": .text("1er avril 2026"), "DateFin": .text("30 septembre 2026"), "Duree": .text("6 mois"),
    "DateSignature": .text("12 mars 2026"), "Beneficiaire": .text("MARTIN-DESCHAMPS Marie-Léa"),
    "DateNaissance": .text("4 juin 1984 (41 ans)"),
    "Adresse": .text("Résidence Les Châtaigniers, bâtiment C\n14 rue du Faubourg-Saint-Dominique\n07000 PRIVAS"),
    "Telephone": .text("06 12 34 56 78"), "Courriel": .text("marie-lea.martin@example.fr"),
    "Referent": .text("DURAND-LEFEBVRE Philippe"),
    "Structure": .text("Centre médico-social de Privas – DTAS Centre"),
    "TelephoneReferent": .text("04 75 00 00 00"), "CourrielReferent": .text("p.durand@ardeche.example.fr"),
    "SituationActuelle": .text(situation), "Evaluation": .text(evaluation), "ExpressionPersonne": .text(expression),
    "AccordPersonne": .text("oui"), "DateAccord": .text("12 mars 2026 (code reçu par SMS)"),
    "Decision": .text("Contrat validé pour six mois"), "DateDecision": .text("26 mars 2026"),
    "DecisionCommentee": .text(
      "Le Département valide ce contrat. La formation d’assistante de vie aux familles est cohérente avec le "
        + "projet ; un point d’étape est demandé à la fin du premier module."),
    "HeuresHebdomadaires": .text("15 heures"),
    "SignataireDepartement": .text("La cheffe de service insertion\nC. ROUVIÈRE"),
    "Objectif": .list([
      [
        "Numero": "1", "Theme": "Formation et qualification", "Echeance": "30 juin 2026",
        "Personne": "Participer à la réunion d’information du 24 mars, constituer le dossier d’inscription et passer "
          + "les tests de positionnement.\nInformer le référent du résultat dans la semaine.",
        "Referent": "Transmettre la fiche de prescription à l’organisme, solliciter le financement et prévoir un "
          + "entretien de suivi à mi-parcours.",
      ],
      [
        "Numero": "2", "Theme": "Garde d’enfant", "Echeance": "31 mai 2026",
        "Personne": "Déposer la demande de place en crèche à vocation d’insertion professionnelle.",
        "Referent": "Appuyer la demande auprès de la commission d’attribution ; mettre en lien avec la PMI.",
      ],
      [
        "Numero": "3", "Theme": "Mobilité", "Echeance": "30 septembre 2026",
        "Personne": "S’inscrire à l’auto-école sociale et se présenter à l’examen du code.",
        "Referent": "Instruire l’aide individuelle au permis de conduire.",
      ],
    ]),
  ]

  static let summons: [String: MergeValue] = [
    "Departement": .text("Ardèche"), "Structure": .text("Centre médico-social de Privas"),
    "AdresseStructure": .text("2 bis rue de la Recluse\n07000 Privas"),
    "AdresseStructureLigne": .text("2 bis rue de la Recluse, 07000 Privas"),
    "Beneficiaire": .text("Madame MARTIN-DESCHAMPS Marie-Léa"),
    "Adresse": .text("Résidence Les Châtaigniers, bâtiment C\n14 rue du Faubourg-Saint-Dominique\n07000 PRIVAS"),
    "LieuCourrier": .text("Privas"), "DateCourrier": .text("12 mars 2026"),
    "NumeroDossier": .text("07-2024-018845"), "DateRendezVous": .text("jeudi 26 mars 2026"),
    "HeureRendezVous": .text("14 h 30"),
    "LieuRendezVous": .text(
      "Centre médico-social de Privas, 1er étage, bureau 12\n2 bis rue de la Recluse, 07000 Privas"),
    "Interlocuteur": .text("DURAND-LEFEBVRE Philippe"),
    "Theme": .text("Bilan de votre parcours et projet de formation"),
    "Message": .text(
      "L’accueil du centre est accessible en fauteuil roulant. L’arrêt de bus « Recluse » est à 100 mètres."),
    "Referent": .text("DURAND-LEFEBVRE Philippe"), "TelephoneReferent": .text("04 75 00 00 00"),
    "CourrielReferent": .text("p.durand@ardeche.example.fr"),
  ]

  private static let situation = """
    Mme Martin-Deschamps, 41 ans, élève seule ses deux enfants de 4 et 9 ans. Elle est locataire d’un T3 dans le \
    parc social depuis 2021 ; le loyer est à jour. Elle n’a pas le permis de conduire et se déplace en bus ou à \
    pied. Elle perçoit le RSA depuis octobre 2024, après la fin de ses droits au chômage, et est accompagnée par \
    le même référent depuis cette date.
    Après quinze ans dans la vente, elle souhaite se reconvertir dans l’aide à la personne : une immersion de deux \
    semaines au sein d’un service d’aide à domicile, en janvier 2026, a confirmé ce projet.
    Objectifs du contrat précédent : vérifier le projet professionnel (atteint), rechercher un mode de garde pour \
    le plus jeune (en cours), mettre à jour les droits à l’assurance maladie (atteint).
    """
  private static let evaluation = """
    L’immersion a pu se faire grâce à l’appui de la structure d’accueil et à la souplesse des horaires proposés. \
    Les bilans sont très positifs. Le mode de garde reste le frein principal : les horaires décalés du métier ne \
    correspondent pas à ceux de la crèche municipale. L’absence de permis limite le nombre d’employeurs \
    accessibles, surtout le week-end.
    Le référent souligne la régularité de Mme Martin-Deschamps aux rendez-vous et sa capacité à mobiliser les \
    partenaires.
    """
  private static let expression = """
    Je suis contente d’avoir pu essayer ce métier et je veux continuer. J’ai besoin que la question de la garde \
    soit réglée avant septembre, sinon je ne pourrai pas suivre la formation jusqu’au bout.
    """
}
