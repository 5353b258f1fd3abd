"""Writes a .docx: the same content gives the same bytes."""

import zipfile

from ooxml import NAMESPACES, styles

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def relationships(entries):
    lines = "".join(
        f'<Relationship Id="{identifier}" Type="{kind}" Target="{target}"/>' for identifier, kind, target in entries
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def content_types():
    parts = {"document": "document.main", "styles": "styles", "settings": "settings", "header1": "header",
             "footer1": "footer"}
    lines = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{WORD}.{kind}+xml"/>' for part, kind in parts.items()
    )
    core = "application/vnd.openxmlformats-package.core-properties+xml"
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f'{lines}<Override PartName="/docProps/core.xml" ContentType="{core}"/></Types>'
    )


def settings():
    compatibility = "http://schemas.microsoft.com/office/word"
    return (
        f'{HEAD}<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="709"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/><w:compat>'
        f'<w:compatSetting w:name="compatibilityMode" w:uri="{compatibility}" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="fr-FR"/></w:settings>'
    )


def core(title):
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}</dc:title>'
        "<dc:language>fr-FR</dc:language></cp:coreProperties>"
    )


def write(path, title, body, header, footer, size=10, image=None):
    """`image`: bytes of a PNG that the header shows under the relationship `rImage`."""
    parts = {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relationships([
            ("rDocument", f"{OFFICE}/officeDocument", "word/document.xml"),
            ("rCore", f"{PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ]),
        "docProps/core.xml": core(title),
        "word/document.xml": f"{HEAD}<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": HEAD + styles(size),
        "word/settings.xml": settings(),
        "word/header1.xml": f"{HEAD}<w:hdr {NAMESPACES}>{header}</w:hdr>",
        "word/footer1.xml": f"{HEAD}<w:ftr {NAMESPACES}>{footer}</w:ftr>",
        "word/_rels/document.xml.rels": relationships([
            ("rStyles", f"{OFFICE}/styles", "styles.xml"),
            ("rSettings", f"{OFFICE}/settings", "settings.xml"),
            ("rHeader", f"{OFFICE}/header", "header1.xml"),
            ("rFooter", f"{OFFICE}/footer", "footer1.xml"),
        ]),
    }
    if image:
        parts["word/_rels/header1.xml.rels"] = relationships([("rImage", f"{OFFICE}/image", "media/image1.png")])
        parts["word/media/image1.png"] = image
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
