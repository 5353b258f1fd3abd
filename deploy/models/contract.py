"""The CER, "2 en 1": the evaluation and the contract, two to three pages."""

from ooxml import (
    AMBER, GREEN, GREY, PAPER, RED, TEAL, border, cell, complex_field, field, paragraph, row, section, tab,
    table, text,
)

WIDTH = 174
HALF = WIDTH / 2
# Where the head of an objective is cut between theme and date.
LEFT = 120
STATES = {
    "cer-vierge": "blank",
    "cer-sans-decision": "undecided",
    "cer-decision-valide": "accepted",
    "cer-decision-non-valide": "refused",
}
BADGES = {
    "blank": ("À remplir avec la personne", GREY),
    "undecided": ("En attente de la décision du Département", AMBER),
    "accepted": ("Validé par le Département", GREEN),
    "refused": ("Non validé par le Département", RED),
}
# Where the county's logo goes, in counties that give one (`LetterHead.swift`).
LOGO = '<w:bookmarkStart w:id="1" w:name="LogoDepartement"/><w:bookmarkEnd w:id="1"/>'
FRAME = "".join(border(side) for side in ("top", "left", "bottom", "right"))


def header(blank):
    number = [] if blank else [text(" n° "), field("Numero")]
    return paragraph(
        LOGO, field("Departement", bold=True, color=TEAL, size=10), tab(), text("Contrat d’engagement réciproque"), *number,
        style="Header", tabs=[("right", WIDTH)], borders=border("bottom", space=6))


def footer(blank):
    left = [text("CER")] if blank else [field("Beneficiaire"), field("NumeroDossier", before=" · dossier ")]
    return paragraph(
        *left, tab(), text("Page "), complex_field("PAGE", "1"), text(" sur "), complex_field("NUMPAGES", "1"),
        style="Footer", tabs=[("right", WIDTH)], borders=border("top", space=6))


def title(state):
    words, colour = BADGES[state]
    badge = paragraph(text(words, bold=True, color="FFFFFF", size=9), align="center", after=0)
    dates = (
        [text("N° ______    du ____ /____ /________    au ____ /____ /________")]
        if state == "blank"
        else [
            text("N° "), field("Numero"), field("DateDebut", before=" · du "), field("DateFin", before=" au "),
            field("Duree", before=" · "),
        ]
    )
    return table(
        [118, 56],
        row(
            cell(118, paragraph(text("Contrat d’engagement réciproque"), style="Title"),
                 paragraph(*dates, style="Subtitle", before=1, after=0), margins=(0, 0, 0, 2)),
            cell(56, badge, fill=colour, align="center"),
        ),
        title="Titre, numéro, dates et état du contrat")


def pair(label, name, blank, **look):
    value = [text("")] if blank else [field(name, **look)]
    return paragraph(text(label), style="Label") + paragraph(*value, style="Value", after=2 if blank else None)


def identity(blank):
    person = [("Nom et prénom", "Beneficiaire", True), ("Date de naissance", "DateNaissance", False),
              ("Adresse", "Adresse", False), ("Téléphone", "Telephone", False),
              ("Adresse électronique", "Courriel", False)]
    referent = [("Nom et prénom", "Referent", True), ("Structure", "Structure", False),
                ("Téléphone", "TelephoneReferent", False), ("Adresse électronique", "CourrielReferent", False),
                ("Date d’élaboration du contrat", "DateSignature", False)]
    head = [paragraph(text(words, bold=True, color=TEAL), after=0, keep=True)
            for words in ("La personne accompagnée", "Le référent de parcours")]
    sides = [
        "".join(pair(label, name, blank, bold=bold) for label, name, bold in group) for group in (person, referent)
    ]
    return table(
        [HALF, HALF],
        row(*[cell(HALF, words, fill=PAPER) for words in head], head=True),
        row(*[cell(HALF, side) for side in sides]),
        title="La personne accompagnée et son référent", borders=FRAME + border("insideV"))


def heading(words):
    return paragraph(text(words), style="Heading1")


def rubric(words, hint, name, blank, height):
    """A title and its text; on paper to fill by hand, a frame of `height` millimetres."""
    top = heading(words)
    if not blank:
        return top + paragraph(field(name), after=1)
    frame = row(cell(WIDTH, paragraph(text(hint), style="Small")), height=height)
    return top + table([WIDTH], frame, title=words, borders=FRAME)


def objectives(blank):
    """Both rows of an objective hold fields of the list `Objectif`: the merge repeats them for each."""
    count = 3 if blank else 1
    rows = []
    for number in range(1, count + 1):
        theme = [text(f"Objectif {number} : ", bold=True, color=TEAL)] if blank else [
            field("Objectif.Numero", after=". ", bold=True, color=TEAL),
            field("Objectif.Theme", bold=True, color=TEAL)]
        due = [text("Échéance : ", color=GREY, size=9)] if blank else [
            field("Objectif.Echeance", before="Échéance : ", color=GREY, size=9)]
        words = [("Ce que la personne doit réaliser", "Objectif.Personne"),
                 ("Ce que le référent doit réaliser", "Objectif.Referent")]
        sides = [
            paragraph(text(label), style="Label")
            + paragraph(*([text("")] if blank else [field(name)]), style="Value", after=0.5)
            for label, name in words
        ]
        if not blank:
            sides[0] += paragraph(field("Objectif.Etape", before="Étape du parcours : ", color=GREY, size=9), after=0)
        rows += [
            row(
                cell(LEFT, paragraph(*theme, after=0, keep=True), fill=PAPER, span=2,
                     borders='<w:right w:val="nil"/>'),
                cell(WIDTH - LEFT, paragraph(*due, after=0, align="left" if blank else "right", keep=True), fill=PAPER,
                     borders='<w:left w:val="nil"/>'),
            ),
            row(cell(HALF, sides[0]), cell(HALF, sides[1], span=2), height=34 if blank else None),
        ]
    return heading("Objectifs") + table(
        [HALF, LEFT - HALF, WIDTH - LEFT], *rows, title="Objectifs du contrat : ce que chacun doit réaliser",
        borders=FRAME + border("insideH") + border("insideV"))


def consent(blank):
    if blank:
        words = [text("La personne donne son accord sur la rédaction de ce contrat :     ☐ oui      ☐ non")]
    else:
        words = [text("La personne donne son accord sur la rédaction de ce contrat : "),
                 field("AccordPersonne", bold=True), field("DateAccord", before=", le ")]
    # Kept with what follows, so that signatures never stand alone on a page.
    return heading("Accord de la personne") + paragraph(*words, keep=True)


def hours(blank):
    words = (
        [text("Heures d’activité par semaine : ______")]
        if blank
        else [field("HeuresHebdomadaires", before="Activité prévue par semaine : ")]
    )
    return paragraph(*words, before=2)


def decision(state):
    if state not in ("accepted", "refused"):
        return ""
    colour = GREEN if state == "accepted" else RED
    lines = [
        paragraph(
            field("Decision", bold=True, color=colour, size=12), field("DateDecision", before=", le "), after=1.5,
            keep=True),
        paragraph(field("DecisionCommentee"), after=0, keep=True),
    ]
    box = table(
        [WIDTH], row(cell(WIDTH, *lines, fill=PAPER, margins=(2.5, 4, 2.5, 4), borders=border("left", colour, 3))),
        title="Décision du Département")
    after = paragraph(style="Small", after=0, keep=True)
    if state == "refused":
        after = paragraph(
            text(
                "Votre référent reste à votre disposition pour reprendre ce contrat avec vous. Vous pouvez contester "
                "cette décision dans les deux mois qui suivent sa réception, en écrivant au président du conseil "
                "départemental (recours administratif préalable, article L. 262-47 du code de l’action sociale et "
                "des familles)."),
            style="Small", before=2, keep=True)
    return heading("Décision du Département") + box + after


def signatures(state):
    names = [("La personne accompagnée", "Beneficiaire"), ("Le référent de parcours", "Referent")]
    if state in ("accepted", "refused"):
        names.append(("Pour le Département", "SignataireDepartement"))
    width = WIDTH / len(names)
    cells = []
    for label, name in names:
        content = paragraph(text(label), style="Label")
        content += paragraph(text("") if state == "blank" else field(name), style="Value", keep=True)
        if state == "blank":
            content += paragraph(text("Date et signature"), style="Small")
        cells.append(cell(width, content))
    return heading("Signatures") + table(
        [width] * len(names), row(*cells, height=30), title="Signatures", borders=FRAME + border("insideV"))


def notice():
    return paragraph(
        text(
            "Contrat librement débattu, conclu en application des articles L. 262-35 et L. 262-36 du code de l’action "
            "sociale et des familles. Un exemplaire est remis à la personne. Les informations recueillies servent à "
            "son accompagnement par le Département ; elle peut y accéder et les faire rectifier auprès de son "
            "référent ou du délégué à la protection des données du Département."),
        style="Small", before=4, after=0)


def body(state):
    blank = state == "blank"
    gap = paragraph(after=0, line=0.7)
    parts = [
        title(state), gap, identity(blank),
        rubric("Situation actuelle et actions mises en œuvre depuis le dernier CER",
               "Situation familiale, logement, mobilité, parcours, objectifs du dernier CER, faits marquants",
               "SituationActuelle", blank, 76),
        rubric("Évaluation commune du parcours",
               "Ce qui a été possible, ce qui ne l’a pas été, les ressources mobilisées, les freins",
               "Evaluation", blank, 62),
        objectives(blank), hours(blank),
        rubric("Expression de la personne accompagnée",
               "Ce que la personne souhaite faire savoir ; à défaut, indiquer qu’elle ne souhaite rien ajouter",
               "ExpressionPersonne", blank, 27),
        consent(blank), decision(state), signatures(state), notice(), section(24, 20, 18, header=10, footer=9),
    ]
    return "".join(parts)
