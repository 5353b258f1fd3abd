"""The few pieces of WordprocessingML that the shipped models are made of. Lengths are millimetres, sizes points."""

from xml.sax.saxutils import escape, quoteattr

INK, TEAL, GREY, LINE, PAPER = "1B2733", "0B5C6B", "55636F", "D5DCE1", "F5F7F8"
GREEN, RED, AMBER = "1A6B3C", "A3241D", "8A5A00"

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)


def mm(length):
    """Twentieths of a point, Word's unit of length."""
    return round(length * 1440 / 25.4)


def run_properties(bold=False, color=None, size=None, italic=False, caps=False):
    inner = ""
    if bold:
        inner += "<w:b/>"
    if italic:
        inner += "<w:i/>"
    if caps:
        inner += "<w:caps/>"
    if color:
        inner += f'<w:color w:val="{color}"/>'
    if size:
        inner += f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>'
    return f"<w:rPr>{inner}</w:rPr>" if inner else ""


def text(words, **look):
    pieces = '</w:t><w:br/><w:t xml:space="preserve">'.join(escape(line) for line in words.split("\n"))
    return f'<w:r>{run_properties(**look)}<w:t xml:space="preserve">{pieces}</w:t></w:r>'


def complex_field(instruction, shown, **look):
    props = run_properties(**look)
    return (
        f'<w:r>{props}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r>{props}<w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
        f'<w:r>{props}<w:fldChar w:fldCharType="separate"/></w:r>'
        f"<w:r>{props}<w:t>{escape(shown)}</w:t></w:r>"
        f'<w:r>{props}<w:fldChar w:fldCharType="end"/></w:r>'
    )


def field(name, before="", after="", **look):
    """A merge field; `before` and `after` only appear with a value."""
    instruction = f"MERGEFIELD {name}"
    if before:
        instruction += f' \\b "{before}"'
    if after:
        instruction += f' \\f "{after}"'
    return complex_field(instruction, f"«{name}»", **look)


def tab():
    return "<w:r><w:tab/></w:r>"


def border(side, color=LINE, width=0.5, space=0, style="single"):
    return f'<w:{side} w:val="{style}" w:sz="{round(width * 8)}" w:space="{space}" w:color="{color}"/>'


def paragraph(*content, style=None, align=None, before=None, after=None, keep=False, tabs=(), borders="", line=None):
    inner = ""
    if style:
        inner += f'<w:pStyle w:val="{style}"/>'
    if keep:
        inner += "<w:keepNext/>"
    if borders:
        inner += f"<w:pBdr>{borders}</w:pBdr>"
    if tabs:
        inner += "<w:tabs>" + "".join(f'<w:tab w:val="{kind}" w:pos="{mm(at)}"/>' for kind, at in tabs) + "</w:tabs>"
    if before is not None or after is not None or line is not None:
        inner += "<w:spacing"
        if before is not None:
            inner += f' w:before="{mm(before)}"'
        if after is not None:
            inner += f' w:after="{mm(after)}"'
        if line is not None:
            inner += f' w:line="{round(line * 240)}" w:lineRule="auto"'
        inner += "/>"
    if align:
        inner += f'<w:jc w:val="{align}"/>'
    return f"<w:p>{f'<w:pPr>{inner}</w:pPr>' if inner else ''}{''.join(content)}</w:p>"


def cell(width, *content, fill=None, borders="", span=1, margins=None, align=None):
    inner = f'<w:tcW w:w="{mm(width)}" w:type="dxa"/>'
    if span > 1:
        inner += f'<w:gridSpan w:val="{span}"/>'
    if borders:
        inner += f"<w:tcBorders>{borders}</w:tcBorders>"
    if fill:
        inner += f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'
    if margins:
        top, left, bottom, right = margins
        inner += (
            f'<w:tcMar><w:top w:w="{mm(top)}" w:type="dxa"/><w:left w:w="{mm(left)}" w:type="dxa"/>'
            f'<w:bottom w:w="{mm(bottom)}" w:type="dxa"/><w:right w:w="{mm(right)}" w:type="dxa"/></w:tcMar>'
        )
    if align:
        inner += f'<w:vAlign w:val="{align}"/>'
    return f"<w:tc><w:tcPr>{inner}</w:tcPr>{''.join(content)}</w:tc>"


def row(*cells, height=None, exact=False, split=False, head=False):
    inner = "" if split else "<w:cantSplit/>"
    if height:
        inner += f'<w:trHeight w:val="{mm(height)}" w:hRule="{"exact" if exact else "atLeast"}"/>'
    if head:
        inner += "<w:tblHeader/>"
    return f"<w:tr>{f'<w:trPr>{inner}</w:trPr>' if inner else ''}{''.join(cells)}</w:tr>"


def table(widths, *rows, title="", borders="", margins=(1.2, 2.5, 1.2, 2.5)):
    top, left, bottom, right = margins
    return (
        "<w:tbl><w:tblPr>"
        f'<w:tblW w:w="{sum(mm(width) for width in widths)}" w:type="dxa"/>'
        f"{f'<w:tblBorders>{borders}</w:tblBorders>' if borders else ''}"
        '<w:tblLayout w:type="fixed"/>'
        f'<w:tblCellMar><w:top w:w="{mm(top)}" w:type="dxa"/><w:left w:w="{mm(left)}" w:type="dxa"/>'
        f'<w:bottom w:w="{mm(bottom)}" w:type="dxa"/><w:right w:w="{mm(right)}" w:type="dxa"/></w:tblCellMar>'
        f"{f'<w:tblCaption w:val={quoteattr(title)}/>' if title else ''}"
        "</w:tblPr><w:tblGrid>"
        + "".join(f'<w:gridCol w:w="{mm(width)}"/>' for width in widths)
        + f"</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def picture(relationship, width, height, description):
    emu = 36_000
    size = f'cx="{round(width * emu)}" cy="{round(height * emu)}"'
    alternative = quoteattr(description)
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
        f'<wp:docPr id="1" name="Image 1" descr={alternative}/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        f'<pic:nvPicPr><pic:cNvPr id="1" name="Image 1" descr={alternative}/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{relationship}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )


def section(top, bottom, sides, header=8, footer=8):
    return (
        '<w:sectPr><w:headerReference w:type="default" r:id="rHeader"/>'
        '<w:footerReference w:type="default" r:id="rFooter"/><w:pgSz w:w="11906" w:h="16838"/>'
        f'<w:pgMar w:top="{mm(top)}" w:right="{mm(sides)}" w:bottom="{mm(bottom)}" w:left="{mm(sides)}" '
        f'w:header="{mm(header)}" w:footer="{mm(footer)}" w:gutter="0"/></w:sectPr>'
    )


def style(identifier, name, paragraph_inner="", run_inner="", based="Normal", following=None):
    based_on = f'<w:basedOn w:val="{based}"/>' if identifier != "Normal" else ""
    after = f'<w:next w:val="{following}"/>' if following else ""
    default = ' w:default="1"' if identifier == "Normal" else ""
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{identifier}"><w:name w:val="{name}"/>{based_on}{after}'
        f"<w:qFormat/><w:pPr>{paragraph_inner}</w:pPr><w:rPr>{run_inner}</w:rPr></w:style>"
    )


def styles(size):
    """Arial, whose measures LibreOffice's Liberation Sans shares: Word and the PDF break lines at the same places."""
    font = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Arial" w:cs="Arial"/>'
    teal = f'<w:color w:val="{TEAL}"/>'
    small = f'<w:color w:val="{GREY}"/><w:sz w:val="17"/><w:szCs w:val="17"/>'
    return (
        f'<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>{font}<w:color w:val="{INK}"/>'
        f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>'
        '<w:lang w:val="fr-FR" w:eastAsia="fr-FR" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        '<w:pPrDefault><w:pPr><w:spacing w:after="60" w:line="264" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
        "</w:docDefaults>"
        + style("Normal", "Normal")
        + style(
            "Title", "Title", '<w:keepNext/><w:spacing w:before="0" w:after="40" w:line="240" w:lineRule="auto"/>',
            f'<w:b/>{teal}<w:sz w:val="40"/><w:szCs w:val="40"/>', following="Normal")
        + style(
            "Heading1", "heading 1",
            '<w:keepNext/><w:keepLines/><w:spacing w:before="260" w:after="90"/><w:outlineLvl w:val="0"/>',
            f'<w:b/>{teal}<w:sz w:val="25"/><w:szCs w:val="25"/>', following="Normal")
        + style("Subtitle", "Subtitle", '<w:spacing w:after="120"/>', f'<w:color w:val="{GREY}"/>')
        + style("Label", "Libellé", '<w:spacing w:before="0" w:after="10"/>', small)
        + style("Value", "Valeur", '<w:spacing w:before="0" w:after="70"/>')
        + style("Small", "Note", '<w:spacing w:before="0" w:after="20"/>', small)
        + style("Header", "header", '<w:spacing w:after="0"/>', small)
        + style("Footer", "footer", '<w:spacing w:after="0"/>', small)
        + '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style></w:styles>'
    )
