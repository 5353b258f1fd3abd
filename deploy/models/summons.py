"""The summons to an appointment, for a window envelope (DL, window at the right, A4 folded in three).

What may show through the window, with the play of the sheet in the envelope, is the zone from 90 mm to the right edge
and from 34 to 92 mm down: it holds the name and the address, nothing else. The subject stands below it and says no
more than "votre rendez-vous": nothing tells that the letter is about the RSA.
"""

from ooxml import (
    GREY, PAPER, TEAL, border, cell, field, paragraph, picture, row, section, table, text,
)

LOGOS = {"departement": "county", "fse": "union", "sans-logo": "none"}
# What the letter begins with, by what the appointment is for; the first fits every other one.
OCCASIONS = {
    "": "Je vous propose de nous rencontrer pour faire le point sur votre situation et préparer ensemble la suite de "
        "votre parcours. Je vous attends :",
    "premier": "Votre accompagnement m’est confié. Je vous propose un premier entretien pour faire connaissance, parler "
               "de votre situation et préparer ensemble votre parcours. Je vous attends :",
    "renouvellement": "Votre contrat arrive bientôt à son terme. Je vous propose de nous rencontrer pour en faire le "
                      "bilan et préparer le suivant. Je vous attends :",
    "collectif": "Vous êtes invité(e) à une réunion collective, où la suite de votre parcours vous sera présentée et où "
                 "vous pourrez poser vos questions. Je vous attends :",
    "absence": "Vous n’étiez pas présent(e) à notre dernier rendez-vous. Je vous en propose un autre, auquel il est "
               "important que vous veniez. Je vous attends :",
}


def models():
    """The name of each file, with its logo and its opening words."""
    for occasion, opening in OCCASIONS.items():
        for name, logo in LOGOS.items():
            yield "-".join(part for part in ("convocation", occasion, name) if part), logo, opening


def header(logo):
    if logo == "none":
        return paragraph(style="Header")
    county = [
        paragraph(text("Département", color=GREY, size=8.5), after=0),
        paragraph(field("Departement", bold=True, color=TEAL, size=15), after=0, line=1),
    ]
    left = cell(
        100, *county, margins=(0, 4, 0, 0), align="center", borders=border("left", TEAL, 4.5))
    if logo == "county":
        return table([100, 70], row(left, cell(70, paragraph(style="Header")), height=14), margins=(0, 0, 0, 0),
                     title="Logo du Département") + paragraph(style="Header")
    words = paragraph(text("Cofinancé par\nl’Union européenne", bold=True, color="003399", size=9.5), after=0, line=1)
    flag = paragraph(picture("rImage", 18, 12, "Emblème de l’Union européenne"), after=0, align="right")
    return table(
        [100, 32, 38], row(left, cell(32, flag, align="center"), cell(38, words, align="center", margins=(0, 3, 0, 0)),
                           height=14),
        margins=(0, 0, 0, 0), title="Logos du Département et de l’Union européenne") + paragraph(style="Header")


def footer():
    return paragraph(
        field("Structure"), field("AdresseStructureLigne", before=" · "), style="Footer", borders=border("top", space=6))


def address():
    """Exactly 56 mm high from 38 mm down, whatever the address: what follows stays below the window."""
    sender = [
        paragraph(field("Structure", bold=True), after=0.5),
        paragraph(field("AdresseStructure", color=GREY, size=9), after=1.5),
        paragraph(text("Affaire suivie par", color=GREY, size=9), after=0),
        paragraph(field("Referent", size=9), after=0),
        paragraph(field("TelephoneReferent", size=9), after=0),
        paragraph(field("CourrielReferent", size=9), after=0),
    ]
    recipient = [paragraph(field("Beneficiaire", size=11), before=13, after=0),
                 paragraph(field("Adresse", size=11), after=0, line=1.1)]
    return table(
        [66, 22, 82],
        row(cell(66, *sender), cell(22, paragraph()), cell(82, *recipient), height=56, exact=True),
        margins=(0, 0, 0, 0), title="Expéditeur et destinataire")


def card():
    lines = [("Date", "DateRendezVous"), ("Heure", "HeureRendezVous"), ("Lieu", "LieuRendezVous"),
             ("Avec", "Interlocuteur"), ("Thème", "Theme")]
    rows = []
    for index, (label, name) in enumerate(lines):
        strong = index < 2
        rows.append(row(
            cell(30, paragraph(text(label, color=GREY), after=0), fill=PAPER, margins=(1.3, 5, 1.3, 2),
                 borders=border("left", TEAL, 3)),
            cell(140, paragraph(field(name, bold=strong, size=12 if strong else None), after=0), fill=PAPER)))
    return table([30, 140], *rows, title="Le rendez-vous : date, heure, lieu, interlocuteur, thème")


def body(opening):
    gap = paragraph(after=0, line=0.6)
    return "".join([
        address(),
        paragraph(
            field("LieuCourrier", after=", "), text("le "), field("DateCourrier"), align="right", before=2, after=5),
        paragraph(text("Objet : "), text("votre rendez-vous", bold=True), after=0.5),
        paragraph(field("NumeroDossier", before="Nos références : "), style="Small", after=5),
        paragraph(text("Madame, Monsieur,"), after=3),
        paragraph(text(opening), after=3),
        card(), gap,
        paragraph(field("Message"), after=2.5),
        paragraph(
            text("Merci de vous munir de ce courrier, d’une pièce d’identité et des documents utiles à vos démarches "
                 "(curriculum vitæ, justificatifs, courriers reçus)."), after=2.5),
        paragraph(
            text("Vous ne pouvez pas venir ? ", bold=True),
            text("Prévenez-nous dès que possible, au plus tard la veille"), field("TelephoneReferent", before=", au "),
            field("CourrielReferent", before=" ou à "), text(" : nous conviendrons d’une autre date."), after=2.5),
        paragraph(
            text("Ce rendez-vous fait partie de votre accompagnement : votre présence est nécessaire. Une absence "
                 "sans motif légitime peut avoir des conséquences sur vos droits."), after=4),
        paragraph(text("Je vous prie d’agréer, Madame, Monsieur, l’expression de mes salutations distinguées."),
                  after=8, keep=True),
        paragraph(field("Referent", bold=True), tabs=[], after=0, keep=True, align="right"),
        paragraph(field("Structure", color=GREY), after=0, align="right"),
        section(38, 20, 20, header=11, footer=9),
    ])
