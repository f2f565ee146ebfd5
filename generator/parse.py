"""Document × forms → Report: what the file says, with everything that was not understood kept beside it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from generator.column_groups import whole_tables
from generator.division import resolve
from generator.document import Document, Grid
from generator.errors import Refusal
from generator.form import Form, load_form, load_forms
from generator.headline import Headline, find_headline, other_paper, several_titles
from generator.identity import PREAMBLE, identify, page_words, printed_lines, sections, site_code
from generator.normalize import skeleton, squeeze, tidy
from generator.report import Agency, Basis, Cell, Notice, Report, Source
from generator.settle import TablesRead
from generator.stream import regroup, spaced_row
from generator.tables import read_tables
from generator.today import today

# Labels of the tables that were annexed to reports before the national form of 2019 (国办发〔2014〕32号 and older).
_BEFORE_2019 = ("统计指标", "不同渠道和方式公开相同信息计1条", "申请总数", "同意公开答复数", "主动公开政府信息数")


def parse(document: Document) -> Report:
    """Return the Report that ``document`` holds.

    Raises Refusal ``not-a-report`` where it has neither the title of an annual report nor a statutory table.
    """
    form, notices = detect_form(document)
    remarks = [Notice(code=remark.code, message=remark.message) for remark in document.remarks]
    texts = sections(document, form or load_form("2021"))
    stem = PurePosixPath(document.path.replace("\\", "/")).stem
    lines = printed_lines(document)
    head = find_headline(lines)
    _refuse_others(document, lines, head)
    who = identify(document, head, texts.get("overview", []), stem, newest_year())
    tables = read_tables(whole_tables(regroup(document, form), form), form, who.year) if form else TablesRead()
    if who.title is None and not tables.cells:
        raise Refusal("not-a-report", "既没有年度报告的标题，也没有认得的表格", document.path, "请核对文件内容")
    notices.extend(_form_doubts(document, form, who.year))
    notices.extend(_spaced_rows(document, form))
    region = resolve(who.agency, site_code(document))
    return Report(
        agency=Agency(id=None, name=who.agency),
        year=who.year,
        form=form.id if form else None,
        title=who.title,
        published=who.published,
        source=Source(path=document.path, format=document.format, sha256=document.sha256),
        basis=Basis(agency=who.agency_basis, year=who.year_basis, published=who.published_basis),
        region=region,
        cells=_marked(tables.cells) if document.recognised else tables.cells,
        texts=_texts(document, form, texts),
        leftovers=tables.leftovers,
        notices=[*who.notices, *remarks, *notices, *tables.notices],
    )


def _refuse_others(document: Document, lines: Sequence[str], head: Headline | None) -> None:
    """Refuse what is no single annual report: several in one file, or a paper near to one, before any table is read."""
    if len(titles := several_titles(lines)) > 1:
        what = f"一个文件里有 {len(titles)} 份报告（{'、'.join(titles)}）"
        raise Refusal("multiple-reports", what, document.path, "请拆成几个文件，一份报告一个")
    if miss := other_paper(lines, head, page_words(document)):
        what = f"「{miss[0]}」是{miss[1]}，不是年度报告"
        raise Refusal("not-a-report", what, document.path, "请放入政府信息公开工作年度报告")


def _form_doubts(document: Document, form: Form | None, year: int | None) -> Iterator[Notice]:
    """Tell where the tables are of another form than the year's, or than the one that the report cites.

    The tables count: offices were seen to use last year's tables, and to cite the old notice over the new ones.
    """
    if form is None:
        return
    due = next((one for one in load_forms() if year and one.years[0] <= year <= (one.years[1] or year)), form)
    if due.id != form.id:
        message = f"{year} 年度应使用{due.name}，报告里的表格是{form.name}，按表格读取"
        yield Notice(code="form-disagrees", message=message)
    text = "".join(_number_words(paragraph.text) for paragraph in document.paragraphs())
    for other in load_forms():
        if other.id != form.id and _number_words(other.document) in text:
            message = f"报告引用的是{other.document}（{other.name}），表格是{form.name}，按表格读取"
            yield Notice(code="form-disagrees", message=message)


def _spaced_rows(document: Document, form: Form | None) -> Iterator[Notice]:
    """Tell of tables whose cells only spaces part: they cannot be told apart, and nothing of them is read."""
    labels = [spaced_row(paragraph.text) for paragraph in document.paragraphs()] if form else []
    rows = [label for label in labels if label and any(table.row(label) for table in form.tables)] if form else []
    if len(rows) >= _SPACED_ROWS:
        message = f"有 {len(rows)} 行（如「{tidy(rows[0])}」）的标签和数字只用空格隔开，分不清各格，没有读取"
        yield Notice(code="row-width", message=f"{message}；请改用制表符或竖线分隔")


_SPACED_ROWS = 3


def _number_words(text: str) -> str:
    """A document's number however its brackets and spaces are set: 国办公开办函〔2019〕60号 as 国办公开办函201960号."""
    return _NUMBER_MARKS.sub("", squeeze(text))


_NUMBER_MARKS = re.compile(r"[〔〕\[\]()【】［］]")


def _texts(document: Document, form: Form | None, found: Mapping[str, list[str]]) -> dict[str, str]:
    """The running text by section; of a report without a known form (before 2019) all of it, under ``text``."""
    if form is None:
        return {"text": "\n".join(tidy(paragraph.text) for paragraph in document.paragraphs())}
    kept = [PREAMBLE, *(section.key for section in form.sections if section.text)]
    return {key: "\n".join(found[key]) for key in kept if found.get(key)}


def _marked(cells: dict[str, Cell]) -> dict[str, Cell]:
    return {path: cell.model_copy(update={"ocr": True}) for path, cell in cells.items()}


def detect_form(document: Document) -> tuple[Form | None, list[Notice]]:
    """Tell the form by its labels, never by the year or the document number that the report cites.

    Both kinds of labels, or neither: None and a notice (``form-conflict`` or ``form-missing``).
    """
    words = "\n".join(_words(document))
    found = {form.id: [m for m in form.markers if skeleton(m) in words] for form in load_forms()}
    matching = [form_id for form_id, markers in found.items() if markers]
    if len(matching) == 1:
        return load_form(matching[0]), []
    if not matching and any(skeleton(m) in words for m in _BEFORE_2019):
        message = "这是 2019 年以前的报告，那时没有全国统一的表格：保存文字，不读取数字"
        return None, [Notice(code="form-pre-2019", message=message)]
    if matching:
        seen = "，".join(f"{form_id} 年格式的「{found[form_id][0]}」" for form_id in matching)
        return None, [Notice(code="form-conflict", message=f"同时出现两种格式的栏目：{seen}，表格没有读取")]
    return None, [Notice(code="form-missing", message="没有找到 2019 年或 2021 年格式的栏目，表格没有读取")]


def _words(document: Document) -> list[str]:
    """Skeletons of all cells and of short lines: labels, not running text."""
    lines: list[str] = []
    for block in document.blocks:
        if isinstance(block, Grid):
            lines.extend(skeleton(cell.text) for row in block.rows for cell in row)
        elif len(block.text) <= 40 or len(squeeze(block.text)) <= 40:
            lines.append(skeleton(block.text))
    return lines


def newest_year() -> int:
    """The last year that a report can be about: that of the build (SOURCE_DATE_EPOCH, else today)."""
    return today().year
