#!/usr/bin/env python3
"""Makes the Word models that Jalons is shipped with.

    python3 deploy/models/make-models.py Shared/Documents/Models

A county replaces them in the administration by its own, made in Word; these are made here so that every change of
theirs can be read. The rubrics of the CER and the four states it is printed in are those of the guide (*CER*), the
summonses differ by their logos and by what the appointment is for (the guide's chapter on appointments), letters by their logos;
the forms are those of the guide's *Les formulaires*. Only Python's standard library is needed.
"""

import pathlib
import sys

import contract
import emblem
import letters
import package
import summons

TITLE = "Contrat d’engagement réciproque"


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, state in contract.STATES.items():
        blank = state == "blank"
        package.write(
            folder / f"{name}.docx", TITLE, contract.body(state), contract.header(blank), contract.footer(blank),
            size=10)
    flag = emblem.png()
    for name, logo, opening in summons.models():
        package.write(
            folder / f"{name}.docx", "Rendez-vous", summons.body(opening), summons.header(logo), summons.footer(), size=10.5,
            image=flag if logo == "union" else None)
    for name, logo in letters.LETTERS.items():
        package.write(
            folder / f"{name}.docx", "Votre référent de parcours", letters.letter(), summons.header(logo),
            letters.footer(), size=10.5, image=flag if logo == "union" else None)
    for name, (title, rubrics) in letters.FORMS.items():
        package.write(
            folder / f"{name}.docx", title, letters.form(title, rubrics), letters.form_header(), letters.form_footer(),
            size=10)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
