"""The blank Word document of the kit: A4, one typeface, real heading and list styles, page numbers."""

from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from portal.demo.documents.archive import AUTHOR, LANGUAGE, MADE

FONT = "Arial"
BRAND = "0B4F71"
INK = "1F2933"
TEXT_WIDTH_CM = 17.0
TABLE_STYLE = "Kit Table"
BULLETS, DECIMALS, CLAUSES = 1, 2, 3  # the three abstract numberings
BULLET_NUM = 1  # all bulleted lists share it; each numbered list gets its own, so that it restarts

_HEADINGS = {  # size, space before, space after
    "Title": (26, 0, 6),
    "Heading 1": (16, 20, 6),
    "Heading 2": (13, 14, 4),
    "Heading 3": (11, 10, 3),
}
_LIST_STYLES: dict[str, tuple[int | None, int]] = {
    "List Bullet": (BULLET_NUM, 0), "List Bullet 2": (BULLET_NUM, 1), "List Bullet 3": (BULLET_NUM, 2),
    "List Number": (None, 0), "List Number 2": (None, 1), "List Number 3": (None, 2),
}  # fmt: skip


def blank_document(title: str) -> Any:
    document = Document()
    _page(document)
    _language_and_font(document)
    _styles(document)
    _numbering(document)
    _footer(document, title)
    _properties(document, title)
    _settings(document)
    return document


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.0)
    section.top_margin, section.bottom_margin = Cm(2.0), Cm(2.2)
    section.header_distance = section.footer_distance = Cm(1.1)


def _language_and_font(document: Any) -> None:
    defaults = document.styles.element.find(qn("w:docDefaults"))
    properties = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    language = properties.find(qn("w:lang"))
    language.set(qn("w:val"), LANGUAGE)
    language.set(qn("w:eastAsia"), LANGUAGE)
    _typeface(properties)
    spacing = defaults.find(qn("w:pPrDefault")).find(qn("w:pPr")).find(qn("w:spacing"))
    spacing.set(qn("w:after"), "120")


def _typeface(properties: Any) -> None:
    """Name the typeface and drop the theme's, which would win over the name."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is not None:
        properties.remove(fonts)
    names = " ".join(f'w:{script}="{FONT}"' for script in ("ascii", "hAnsi", "cs", "eastAsia"))
    properties.insert(0, parse_xml(f"<w:rFonts {nsdecls('w')} {names}/>"))


def _styles(document: Any) -> None:
    styles = document.styles
    for each in styles.element.findall(qn("w:style")):
        if each.get(qn("w:type")) == "table" and not each.get(qn("w:default")):
            styles.element.remove(each)  # a hundred of them, all unused, and each look-up walks past them
    styles["Normal"].font.size = Pt(10.5)
    for name, (size, before, after) in _HEADINGS.items():
        _heading_style(styles[name], size, before, after)
    _callout_styles(styles)
    _character_styles(styles)
    checklist = styles.add_style("Checklist", WD_STYLE_TYPE.PARAGRAPH)
    checklist.base_style = styles["Normal"]
    checklist.paragraph_format.left_indent = Cm(0.75)
    checklist.paragraph_format.first_line_indent = Cm(-0.75)
    checklist.paragraph_format.tab_stops.add_tab_stop(Cm(0.75))
    clause = styles.add_style("Clause", WD_STYLE_TYPE.PARAGRAPH)
    clause.base_style = styles["Normal"]
    for name, letters in (("Table Text", 9.5), ("Table Text Small", 8.5)):
        table_text = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        table_text.base_style = styles["Normal"]
        table_text.font.size = Pt(letters)
        table_text.paragraph_format.space_after = Pt(0)
        table_text.paragraph_format.line_spacing = 1.08
    styles.element.append(_table_style())
    for name in _LIST_STYLES:
        styles[name].paragraph_format.space_after = Pt(4)
        _remove(styles[name].element.pPr, "w:contextualSpacing")


def _heading_style(style: Any, size: float, before: int, after: int) -> None:
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    _typeface(properties)
    style.font.size, style.font.bold = Pt(size), True
    style.font.color.rgb = RGBColor.from_string(BRAND)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    style.paragraph_format.keep_with_next = True
    if style.name == "Title":
        _remove(style.element.pPr, "w:pBdr", "w:contextualSpacing")


def _callout_styles(styles: Any) -> None:
    box = styles.add_style("Callout", WD_STYLE_TYPE.PARAGRAPH)
    box.base_style = styles["Normal"]
    box.paragraph_format.left_indent = box.paragraph_format.right_indent = Cm(0.3)
    box.paragraph_format.space_after = Pt(0)
    properties = box.element.get_or_add_pPr()
    edge = f'<w:left w:val="single" w:sz="24" w:space="8" w:color="{BRAND}"/>'
    properties.insert_element_before(
        parse_xml(f"<w:pBdr {nsdecls('w')}>{edge}</w:pBdr>"), "w:shd", "w:tabs", "w:spacing", "w:ind"
    )
    properties.insert_element_before(
        parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="EAF2F7"/>'),
        "w:tabs", "w:spacing", "w:ind",
    )  # fmt: skip
    heading = styles.add_style("Callout Title", WD_STYLE_TYPE.PARAGRAPH)
    heading.base_style = box
    heading.font.bold = True
    heading.paragraph_format.space_before = Pt(6)
    heading.paragraph_format.keep_with_next = True


def _character_styles(styles: Any) -> None:
    fill_in = styles.add_style("Fill In", WD_STYLE_TYPE.CHARACTER)
    fill_in.font.color.rgb = RGBColor.from_string(INK)
    shade = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="FFF0C2"/>')
    fill_in.element.get_or_add_rPr().append(shade)
    link = styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb, link.font.underline = RGBColor.from_string(BRAND), True


def _table_style() -> Any:
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="8FA1AE"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", 60), ("left", 100), ("bottom", 60), ("right", 100))
    )
    header = (
        '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:color w:val="FFFFFF"/></w:rPr>'
        f'<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{BRAND}"/></w:tcPr></w:tblStylePr>'
    )
    return parse_xml(
        f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="KitTable">'
        f'<w:name w:val="{TABLE_STYLE}"/><w:basedOn w:val="TableNormal"/><w:qFormat/>'
        f"<w:tblPr><w:tblBorders>{lines}</w:tblBorders><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>{header}</w:style>"
    )


def _numbering(document: Any) -> None:
    """Replace the template's numbering by three of ours, and tie the list styles to them."""
    numbering = document.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    bullets = [("bullet", mark, 0.6 * level + 0.6) for level, mark in enumerate("•–•")]
    decimals = [("decimal", "%1.", 0.75), ("lowerLetter", "(%2)", 1.5), ("lowerRoman", "(%3)", 2.25)]
    clauses = [("decimal", "%1.", 1.0), ("decimal", "%1.%2", 1.0), ("lowerLetter", "(%3)", 1.75)]
    for number, levels in ((BULLETS, bullets), (DECIMALS, decimals), (CLAUSES, clauses)):
        numbering.append(_abstract_numbering(number, levels))
    numbering.append(parse_xml(_number_xml(BULLET_NUM, BULLETS)))
    for name, (shared, level) in _LIST_STYLES.items():
        properties = document.styles[name].element.get_or_add_pPr()
        _remove(properties, "w:numPr", "w:tabs")
        if shared is not None:
            properties.get_or_add_numPr().get_or_add_numId().val = shared
            properties.get_or_add_numPr().get_or_add_ilvl().val = level


def _abstract_numbering(number: int, levels: list[tuple[str, str, float]]) -> Any:
    parts = []
    for level, (kind, text, indent) in enumerate(levels):
        hanging = 1.0 if number == CLAUSES and level < 2 else 0.75 if number != BULLETS else 0.6
        parts.append(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
            f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="{_twips(indent)}" w:hanging="{_twips(hanging)}"/></w:pPr>'
            f'<w:rPr><w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:cs="{FONT}"/></w:rPr></w:lvl>'
        )
    return parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>'
        f"{''.join(parts)}</w:abstractNum>"
    )


def add_numbering(document: Any, abstract: int, start: int = 1) -> int:
    """A numbering of its own for one list, so that counting starts again there."""
    numbering = document.part.numbering_part.element
    number = 1 + max(int(each.get(qn("w:numId"))) for each in numbering.findall(qn("w:num")))
    numbering.append(parse_xml(_number_xml(number, abstract, start)))
    return number


def _number_xml(number: int, abstract: int, start: int | None = None) -> str:
    override = ""
    if start is not None:
        override = f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{start}"/></w:lvlOverride>'
    return f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{override}</w:num>'


def _footer(document: Any, title: str) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
    _remove(paragraph.style.element.pPr, "w:tabs")
    paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(TEXT_WIDTH_CM), 2)  # 2: aligned right
    paragraph.style.font.size = Pt(8.5)
    paragraph.add_run(f"{title}  ·  {AUTHOR}\tPage ")
    _field(paragraph, "PAGE")
    paragraph.add_run(" of ")
    _field(paragraph, "NUMPAGES")


def _field(paragraph: Any, code: str) -> None:
    paragraph._p.append(
        parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" {code} "><w:r><w:t>1</w:t></w:r></w:fldSimple>')
    )


def _properties(document: Any, title: str) -> None:
    core = document.core_properties
    core.title, core.author, core.last_modified_by = title, AUTHOR, AUTHOR
    core.created = core.modified = MADE
    core.language, core.revision = LANGUAGE, 1
    core.comments = core.subject = core.keywords = core.category = ""


def _settings(document: Any) -> None:
    settings = document.settings.element
    for each in settings.iter(qn("w:compatSetting")):
        if each.get(qn("w:name")) == "compatibilityMode":
            each.set(qn("w:val"), "15")  # else Word opens the file in compatibility mode
    settings.find(qn("w:themeFontLang")).set(qn("w:val"), LANGUAGE)
    package = document.part.package
    for key in [key for key, rel in package.rels.items() if rel.reltype.endswith("/thumbnail")]:
        package.rels.pop(key)  # the template's preview picture shows another document


def _remove(parent: Any, *names: str) -> None:
    for name in names:
        for child in parent.findall(qn(name)):
            parent.remove(child)


def _twips(centimetres: float) -> int:
    return round(centimetres * 567)
