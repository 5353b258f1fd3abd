"""Letters and forms of a dossier (rule D5): filled with the person and the référent,
completed in Word or by hand. A letter has the summons' address, made for a window envelope; it says nothing above it."""

import summons
from ooxml import (
    GREY, PAPER, TEAL, border, cell, complex_field, field, paragraph, row, section, tab, table, text,
)

WIDTH = 170
LETTERS = {"courrier-referent-departement": "county", "courrier-referent-fse": "union",
           "courrier-referent-sans-logo": "none"}
BOX = "".join(border(side) for side in ("top", "left", "bottom", "right"))

# Of each form: its title, and its rubrics with the millimetres that are left to write in.
FORMS = {
    "orientation-conseiller-formation": ("Orientation vers le conseiller formation", [
        ("Projet de formation de la personne", 30), ("Parcours, diplômes et expérience", 30),
        ("Mobilité, garde d’enfants, contraintes d’emploi du temps", 28), ("Attentes du référent", 28),
        ("Retour du conseiller formation", 34)]),
    "orientation-conseiller-emploi": ("Orientation vers le conseiller emploi", [
        ("Projet professionnel et métiers recherchés", 30), ("Expérience et compétences", 30),
        ("Mobilité et disponibilité", 28), ("Attentes du référent", 28), ("Retour du conseiller emploi", 34)]),
    "orientation-partenaire": ("Orientation vers un partenaire", [
        ("Structure et interlocuteur", 18), ("Motif de l’orientation", 32), ("Ce qui a déjà été engagé", 32),
        ("Retour attendu", 28), ("Réponse du partenaire", 38)]),
    "diagnostic-socioprofessionnel": ("Diagnostic socioprofessionnel", [
        ("Situation familiale et logement", 28), ("Parcours scolaire, formation et diplômes", 30),
        ("Expérience professionnelle", 30), ("Mobilité", 20), ("Atouts", 24), ("Freins à lever", 24),
        ("Projet et premières étapes", 34)]),
    "diagnostic-creation-tns": ("Diagnostic création d’activité – travailleur non salarié", [
        ("Activité : nature, statut, date de création", 24), ("Chiffre d’affaires et charges des douze derniers mois", 34),
        ("Clientèle, locaux, matériel", 28), ("Accompagnement déjà engagé", 24), ("Viabilité et perspectives", 34),
        ("Préconisations", 34)]),
    "diagnostic-creation-tnsa": ("Diagnostic Regain – travailleur non salarié agricole", [
        ("Exploitation : productions, surface, statut", 28), ("Résultats des derniers exercices", 34),
        ("Foncier, bâtiments, matériel", 28), ("Commercialisation", 24), ("Viabilité et perspectives", 34),
        ("Préconisations", 34)]),
    "formulaire-vierge": ("Compte rendu d’entretien", [
        ("Objet de l’entretien", 20), ("Échanges", 70), ("Décisions et suites à donner", 48)]),
}


def footer():
    """Without the number of pages: many letters stand in one file."""
    return paragraph(
        field("Structure"), field("AdresseStructureLigne", before=" · "), style="Footer",
        borders=border("top", space=6))


def letter():
    return "".join([
        summons.address(),
        paragraph(
            field("LieuCourrier", after=", "), text("le "), field("DateCourrier"), align="right", before=2, after=5),
        paragraph(text("Objet : "), text("votre référent de parcours", bold=True), after=0.5),
        paragraph(field("NumeroDossier", before="Nos références : "), style="Small", after=5),
        paragraph(text("Madame, Monsieur,"), after=3),
        paragraph(
            text("Votre référent de parcours est "), field("Referent", bold=True), field("Structure", before=", "),
            text(". C’est avec cette personne que vous préparez votre contrat et les étapes de votre parcours."),
            after=3),
        paragraph(
            text("Vous pouvez la joindre"), field("TelephoneReferent", before=" au "),
            field("CourrielReferent", before=" ou à "),
            text(". Prévenez-la de tout changement de votre situation, de votre adresse ou de votre téléphone."),
            after=3),
        paragraph(text("Je vous prie d’agréer, Madame, Monsieur, l’expression de mes salutations distinguées."),
                  after=8, keep=True),
        paragraph(field("Referent", bold=True), after=0, keep=True, align="right"),
        paragraph(field("Structure", color=GREY), after=0, align="right"),
        section(38, 20, 20, header=11, footer=9),
    ])


def form_header():
    return paragraph(
        field("Departement", bold=True, color=TEAL, size=10), tab(), field("NumeroDossier", before="Dossier n° "),
        style="Header", tabs=[("right", WIDTH)], borders=border("bottom", space=6))


def form_footer():
    return paragraph(
        field("Beneficiaire"), tab(), text("Page "), complex_field("PAGE", "1"), text(" sur "),
        complex_field("NUMPAGES", "1"), style="Footer", tabs=[("right", WIDTH)], borders=border("top", space=6))


def people():
    person = [("Nom et prénom", "Beneficiaire"), ("Date de naissance", "DateNaissance"), ("Adresse", "Adresse"),
              ("Téléphone", "Telephone"), ("Adresse électronique", "Courriel")]
    referent = [("Référent de parcours", "Referent"), ("Structure", "Structure"), ("Téléphone", "TelephoneReferent"),
                ("Adresse électronique", "CourrielReferent"), ("Date", "DateCourrier")]
    sides = [
        "".join(paragraph(text(label), style="Label") + paragraph(field(name), style="Value") for label, name in group)
        for group in (person, referent)
    ]
    return table(
        [WIDTH / 2, WIDTH / 2], row(*[cell(WIDTH / 2, side, fill=PAPER) for side in sides]),
        title="La personne et son référent de parcours", borders=BOX + border("insideV"))


def form(title, rubrics):
    parts = [paragraph(text(title), style="Title", after=4), people()]
    for words, height in rubrics:
        parts.append(paragraph(text(words), style="Heading1", before=4, after=1))
        parts.append(table([WIDTH], row(cell(WIDTH, paragraph()), height=height), title=words, borders=BOX))
    return "".join(parts + [paragraph(after=0, line=0.7), section(24, 20, 20, header=10, footer=9)])
