extension InformationText {
  /// The statement that decree 2019-768 asks for. No audit was made: the law calls that « non conforme ».
  static let accessibility = InformationText(
    title: "Accessibilité", lead: "Déclaration d’accessibilité de Jalons",
    sections: [
      Section(
        title: "État de conformité",
        sentences: [
          "Le Département s’engage à rendre Jalons accessible à tous (article 47 de la loi n° 2005-102 du 11 février 2005).",
          "Jalons est non conforme au RGAA 4.1 : aucun audit n’a encore été réalisé.",
        ]),
      Section(
        title: "Ce qui est vérifié",
        sentences: [
          "Les pages sont contrôlées automatiquement selon les WCAG 2.1, niveaux A et AA, sur un poste et sur un téléphone.",
          "Les démarches courantes sont jouées au clavier seul, et sans script.",
        ]),
      Section(
        title: "Ce qui ne l’est pas encore",
        sentences: [
          "Aucun essai n’a été fait avec des personnes qui utilisent un lecteur d’écran ou une loupe.",
          "Les documents produits (PDF, traitement de texte, tableur) n’ont pas été contrôlés.",
        ]),
      Section(
        title: "Signaler un défaut",
        sentences: [
          "Écrivez à l’administrateur fonctionnel de Jalons dans votre service : il corrige, ou vous donne l’information sous une autre forme.",
          "Si vous n’obtenez pas de réponse, vous pouvez saisir le Défenseur des droits.",
        ], links: [Link("Écrire au Défenseur des droits", "https://formulaire.defenseurdesdroits.fr/")]),
    ])

  static let personalData = InformationText(
    title: "Données personnelles", lead: "Ce que Jalons enregistre, pour quoi, et vos droits",
    sections: [
      Section(
        title: "Pour quoi",
        sentences: [
          "Le Département répond de ces données. Il suit l’accompagnement des personnes qui lui sont confiées, mission d’intérêt public que lui donne le code de l’action sociale et des familles (articles L262-27 et suivants)."
        ]),
      Section(
        title: "Ce qui est enregistré",
        sentences: [
          "L’identité et les coordonnées de la personne, ses droits, ses référents, ses rendez-vous, ses contrats, ses étapes de parcours, les notes et documents de son dossier.",
          "Pour les agents : le compte, les profils et les sessions ouvertes.",
        ]),
      Section(
        title: "Qui y accède",
        sentences: [
          "Chacun n’atteint que les dossiers de son périmètre. Un dossier hors de ce périmètre n’existe pas pour lui.",
          "Une note privée n’est lue que par son auteur.",
        ]),
      Section(
        title: "Dans votre navigateur",
        sentences: [
          "Un cookie tient votre session ouverte, aussi longtemps que votre département le permet : trente minutes sans activité et dix heures au plus, s’il n’en a pas décidé autrement. Un autre porte, pendant une minute, le message qui suit une action.",
          "L’affichage que vous choisissez (clair ou sombre, serré ou aéré) reste sur votre poste. Rien ne mesure votre audience.",
        ]),
      Section(
        title: "Vos droits",
        sentences: [
          "Pour consulter, corriger ou limiter des données, adressez-vous au délégué à la protection des données du Département. Vous pouvez aussi saisir la CNIL."
        ], links: [Link("Saisir la CNIL", "https://www.cnil.fr/fr/plaintes")]),
    ])

  static let help = InformationText(
    title: "Aide", lead: "Se repérer, écrire vite, aller au clavier",
    sections: [
      Section(
        title: "Se repérer",
        sentences: [
          "En haut, les rubriques et la recherche. Dans un dossier : à gauche ses parties, à droite ce que vous pouvez y faire, au centre le parcours. Sur un téléphone, le bouton « Actions » est en bas.",
          "Le nom de la personne reste en vue : vérifiez-le avant d’enregistrer.",
        ]),
      Section(
        title: "Écrire vite",
        facts: [
          Fact("Une date", "12/3, 12 mars, 12/03/2026, demain, +15j, +2s, +6m"),
          Fact("Une heure", "14h30, 14:30, 9"),
        ]),
      Section(
        title: "Aller au clavier",
        facts: [
          Fact("/", "Rechercher"), Fact("↑ et ↓", "Passer d’une ligne à l’autre"), Fact("Entrée", "Ouvrir la ligne"),
          Fact("x", "Sélectionner la ligne"), Fact("Ctrl et Entrée", "Enregistrer le formulaire"),
          Fact("Échap", "Fermer"), Fact("?", "Afficher les raccourcis"),
        ]),
      Section(
        title: "Quand quelque chose ne va pas",
        sentences: [
          "« Page introuvable » : le dossier n’existe pas, ou n’est pas dans votre périmètre.",
          "« Cette fiche a changé » : quelqu’un l’a modifiée pendant que vous l’aviez ouverte ; rien de ce que vous avez saisi n’est perdu.",
          "« Le service est indisponible » : recommencez dans une minute. Si cela dure, donnez à votre administrateur la référence que la page affiche.",
        ]),
    ])
}
