"""Text against tables: what a sentence claims, every false friend that it must not be taken for, and real pairs."""

import json
import re
import time
from pathlib import Path

import pytest
from samples import as_report, cell_of, make_sample
from wordings import FIGURES, HONEST, NONE, SAID, UNSEEN

from generator.checks import judge
from generator.checks.case import case_of
from generator.checks.claims import check_claims, read_claim
from generator.checks.readings import readings
from generator.checks.sentences import as_plain
from generator.form import Claim, load_form, load_forms
from generator.report import Agency, Cell, Finding, Report

FORM = load_form("2021")
CLAIMS = pytest.mark.parametrize("claim", FORM.claims, ids=lambda claim: claim.id)


def report(text: str, cells: dict[str, int | None], agency: str = "示例县青山镇人民政府", year: int = 2022) -> Report:
    made = as_report(FORM, {path: cell_of(value) for path, value in cells.items()}, year)
    return made.model_copy(update={"texts": {"overview": text}, "agency": Agency(id=None, name=agency)})


def told(
    text: str, cells: dict[str, int | None], agency: str = "示例县青山镇人民政府"
) -> list[tuple[str, str, str | None]]:
    found = check_claims(case_of(report(text, cells, agency)))
    return [(finding.check, finding.status, finding.actual) for finding in found]


@CLAIMS
def test_every_example_gives_its_figure_and_no_false_friend_does(claim: Claim) -> None:
    """The sentences that stand with a claim in the form are read as it says."""
    assert claim.examples
    for text, value in claim.examples.items():
        assert [one.value for one in read_claim(claim, as_plain(text))] == [value], text
    for text in claim.others:
        assert list(read_claim(claim, as_plain(text))) == [], text


@pytest.mark.parametrize("form", load_forms(), ids=lambda form: form.id)
def test_claims_speak_of_cells_that_exist(form: object) -> None:
    """Every claim of every form has at least one reading, made of cells of the form."""
    assert isinstance(form, type(FORM))
    assert form.claims
    for claim in form.claims:
        declared = readings(form.id, claim.id)
        assert declared
        paths = {path for terms in declared for term in terms for path, _ in term.cells}
        assert paths <= set(form.all_facts)


# Requests 17 + 3 = 16 + 4, persons 14; review 2, litigation 1 + 4; fees 1.5 万元.
SMALL: dict[str, int | None] = {
    "requests/new/total": 17,
    "requests/new/person": 14,
    "requests/carried_in/person": 2,
    "requests/carried_in/total": 3,
    "requests/outcome.granted/total": 9,
    "requests/outcome.partial/total": 1,
    "requests/outcome.other.not_corrected/total": 0,
    "requests/outcome.other.fee_unpaid/total": 0,
    "requests/outcome.other.rest/total": 2,
    "requests/outcome.rejected.petition/total": 4,
    "requests/outcome.rejected.repeat/total": 0,
    "requests/outcome.rejected.publication/total": 0,
    "requests/outcome.rejected.excessive/total": 0,
    "requests/outcome.rejected.reissue/total": 0,
    "requests/outcome.total/person": 13,
    "requests/outcome.total/total": 16,
    "requests/carried_out/total": 4,
    "disputes/cases/review.total": 2,
    "disputes/cases/litigation.direct.total": 1,
    "disputes/cases/litigation.after_review.total": 4,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022年，我镇共收到政府信息公开申请17件。", [("told-received", "pass", "17")]),
        ("2022年，我镇共收到政府信息公开申请１８件。", [("told-received", "fail", "18")]),
        ("全年收办政府信息公开申请二十件。", [("told-received", "pass", "20")]),
        ("全年收办政府信息公开申请二十一件。", [("told-received", "fail", "21")]),
        ("全镇未收到政府信息公开申请。", [("told-new", "fail", "0")]),
        ("全年未发生因政府信息公开引起的行政复议、行政诉讼。",
         [("told-review", "fail", "0"), ("told-litigation", "fail", "0")]),
        ("共收到政府信息公开申请17件，其中自然人申请15件。",
         [("told-received", "pass", "17"), ("told-person", "fail", "15")]),
        ("答复政府信息公开申请14件，结转下年度5件。",
         [("told-handled", "pass", "14"), ("told-carried-out", "fail", "5")]),
        ("截至2022年12月31日，共收到政府信息公开申请19件。", [("told-received", "fail", "19")]),
        ("收到政府信息公开申请17件，2021年结转3件，结转至2023年办理4件。",
         [("told-received", "pass", "17"), ("told-carried-in", "pass", "3"), ("told-carried-out", "pass", "4")]),
        ("因政府信息公开被申请行政复议2起，提起行政诉讼5起。",
         [("told-review", "pass", "2"), ("told-litigation", "pass", "5")]),
        ("2022年1月1日至12月31日，共收到政府信息公开申请19件。", [("told-received", "fail", "19")]),
        ("全年收到政府信息公开申请19件，较2021年增加5件。", [("told-received", "fail", "19")]),
    ],
)  # fmt: skip
def test_a_sentence_is_held_against_every_reading(text: str, expected: list[tuple[str, str, str]]) -> None:
    """It passes where one reading fits and fails where none does."""
    assert told(text, SMALL) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2021年，我镇共收到政府信息公开申请12件。",
        "2021年我镇依申请公开工作平稳。共收到政府信息公开申请12件。",
        "2022年上半年，共收到政府信息公开申请12件。",
        "2020年至2022年共收到政府信息公开申请40件。",
        "近三年来共受理政府信息公开申请40件。",
        "截至目前，累计收到政府信息公开申请40件。",
        "2022年，全县共收到政府信息公开申请40件。",
        "县政府办公室受理政府信息公开申请40件。",
        "县住建局共收到政府信息公开申请40件，办结38件。",
        "县政府办公室规范办理流程。全年共受理政府信息公开申请40件。",
        "共收到政府信息公开申请17件，其中网络收到政府信息公开申请8件，信函申请公开9件。",
        "组织政府信息公开申请办理培训5次、会议3件次。",
        "主动公开政府信息1136条，办理12345热线工单40件。",
        "全年共收到政府信息公开申请二十余件。",
        "政府信息公开申请按时办结率100%。",
        "下一步，计划办理政府信息公开申请40件。",
        "较上年增加政府信息公开申请5件。",
        "抽查各单位受理的政府信息公开申请40件。",
        "收到政府信息公开申请17件，已办结16件，正在办理4件，延期答复5件。",
        "受理征地拆迁类政府信息公开申请8件。",
        "政府信息公开行政复议上年结转1件，新增行政复议1件。",
        "截至2021年12月31日，共收到政府信息公开申请19件。",
        "未收到邮寄的政府信息公开申请。",
        "2021年未收到政府信息公开申请。",
        "全县备案政府信息公开行政复议案件13件。",
        "全年受理行政复议案件40件。",
        "未发生因政府信息公开引起的行政复议纠错案件。",
        "根据《2021年收到政府信息公开申请9件的通报》要求整改。",
    ],
)
def test_false_friends_are_left_alone(text: str) -> None:
    """Other years, other circles, parts, comparisons, samples, plans and other matters never fail."""
    assert [one for one in told(text, SMALL) if one[1] != "pass"] == []


def test_the_own_count_of_an_office_inside_a_report_on_the_whole_area_is_left_alone() -> None:
    """A county's table counts all departments; what its office received itself is another figure."""
    assert told("2022年，县政府办代表县政府受理政府信息公开申请5件。", SMALL, "示例市示例县人民政府") == []
    assert told("2022年，全县受理政府信息公开申请5件。", SMALL, "示例市示例县人民政府")[0][1] == "fail"
    assert told("2022年，县政府办公室受理政府信息公开申请5件。", SMALL, "示例县人民政府办公室")[0][1] == "fail"


def test_blank_cells_make_unknown_not_wrong() -> None:
    """Where blanks could hold what the text says, nothing fails; where they could only make it worse, it does."""
    blank = SMALL | {"requests/carried_out/total": None, "requests/outcome.partial/total": None}
    assert told("共收到政府信息公开申请17件，结转下年度5件。", blank)[1] == ("told-carried-out", "unknown", "5")
    assert told("申请予以公开及部分公开12件。", blank)[0][:2] == ("told-granted-partial", "unknown")
    assert told("申请予以公开及部分公开8件。", blank)[0][:2] == ("told-granted-partial", "fail")


def test_a_total_left_blank_is_added_up() -> None:
    """Some offices print the columns and not the total (a real report of 2019 does)."""
    cells: dict[str, int | None] = dict.fromkeys(
        (path for path in FORM.facts if path.startswith("requests/outcome.granted/")), None
    )
    cells |= {"requests/outcome.granted/person": 5, "requests/outcome.granted/org.other": 2}
    assert told("答复申请时予以公开7件。", cells)[0][1] == "pass"
    assert told("答复申请时予以公开5件。", cells)[0][1] == "fail"


def test_other_handling_in_one_row_is_its_own_reading() -> None:
    """A report that prints （六）其他处理 as one row is held against that row."""
    cells: dict[str, int | None] = {"requests/outcome.other/total": 4}
    assert told("政府信息公开申请作其他处理4件。", cells)[0][1] == "pass"
    assert told("政府信息公开申请作其他处理3件。", cells)[0][1] == "fail"


def test_the_processing_fee_is_part_of_the_fees() -> None:
    """More 信息处理费 than fees in all cannot be; less can, and fees without it can."""
    sample = make_sample(("2021", False), 31).report()
    fees = Cell(value=None, raw="", place="").model_copy(update={"value": 1, "raw": "1"})
    made = sample.model_copy(update={"year": 2022, "cells": {**sample.cells, "fees/fee/amount": fees}})

    def status(text: str) -> list[str]:
        found = judge(made.model_copy(update={"texts": {"other": text}}))
        return [finding.status for finding in found if finding.check == "told-fee"]

    assert status("收取信息处理费9999.50元。") == ["pass"]
    assert status("收取信息处理费1.2万元。") == ["fail"]
    assert status("无其他事项。") == []


def test_figures_read_off_a_picture_never_fail() -> None:
    """What recognition read and nobody compared is no evidence against the text."""
    made = report("全镇共收到政府信息公开申请19件。", SMALL)
    cells = {path: cell.model_copy(update={"ocr": True}) for path, cell in made.cells.items()}
    [finding] = check_claims(case_of(made.model_copy(update={"cells": cells})))
    assert finding.status == "unknown"


def test_an_excerpt_has_no_running_text() -> None:
    """Where only tables are archived nothing is said about the text."""
    made = report("全镇共收到政府信息公开申请19件。", SMALL)
    excerpt = made.model_copy(update={"source": made.source.model_copy(update={"excerpt": True})})
    assert list(check_claims(case_of(excerpt))) == []


def test_a_finding_quotes_its_sentence_and_both_sides() -> None:
    """The sentence as printed, the figures of both sides, the cells, and a name of its own."""
    text = "全镇 共收到政府信息公开申请 19 件。全镇共受理政府信息公开申请20件。"
    first, second = check_claims(case_of(report(text, SMALL)))
    assert first.quote == "全镇 共收到政府信息公开申请 19 件"
    assert (first.expected, first.actual, first.left) == ("17", "19", ["requests/new/total"])
    assert "19" in first.message
    assert "17" in first.message
    assert {first.id, second.id} == {"told-received-overview-1", "told-received-overview-2"}


# Pair → what the corpus says of its table (figures only), and the claims that must be read there; none may fail.
_T, _N = "requests", "disputes/cases"
PAIRS: dict[int, tuple[dict[str, int], set[str]]] = {
    1: ({f"{_T}/new/total": 162, f"{_T}/carried_in/total": 1, f"{_T}/outcome.total/total": 159,
         f"{_T}/carried_out/total": 4}, {"told-received", "told-carried-in", "told-handled", "told-carried-out"}),
    2: ({f"{_T}/new/total": 11, f"{_T}/carried_in/total": 0, f"{_T}/outcome.total/total": 9,
         f"{_T}/carried_out/total": 2, f"{_N}/review.total": 3, f"{_N}/litigation.direct.total": 5,
         f"{_N}/litigation.after_review.total": 0},
        {"told-received", "told-handled", "told-carried-out", "told-review", "told-litigation"}),
    3: ({f"{_T}/new/total": 30, f"{_T}/carried_in/total": 5}, {"told-received", "told-carried-in"}),
    4: ({f"{_T}/new/total": 27, f"{_T}/carried_in/total": 0, f"{_T}/outcome.total/total": 25,
         f"{_T}/outcome.other.rest/total": 14, f"{_T}/carried_out/total": 2}, {"told-received", "told-carried-out"}),
    5: ({f"{_T}/new/total": 19, f"{_T}/outcome.total/total": 19}, {"told-received", "told-handled"}),
    6: ({f"{_T}/new/total": 21, f"{_N}/review.total": 1, f"{_N}/litigation.direct.total": 1,
         f"{_N}/litigation.after_review.total": 0}, {"told-received", "told-review", "told-litigation"}),
    7: ({f"{_T}/new/total": 9, f"{_T}/carried_in/total": 1, f"{_N}/review.total": 1},
        {"told-received", "told-carried-in", "told-review"}),
    8: ({f"{_T}/new/total": 21, f"{_T}/outcome.total/total": 21}, {"told-received", "told-handled"}),
    9: ({f"{_T}/new/total": 23, f"{_T}/outcome.total/total": 23}, {"told-received", "told-handled"}),
    10: ({f"{_T}/new/total": 5, f"{_N}/review.total": 1}, {"told-received", "told-review"}),
    11: ({f"{_T}/new/total": 1}, {"told-received"}),
    12: ({f"{_T}/new/total": 0, f"{_T}/carried_in/total": 0}, {"told-new", "told-carried-in"}),
    13: ({f"{_T}/new/total": 1}, {"told-received"}),
}  # fmt: skip
TABLES = {15: "suqian-2023", 16: "suqian-2024", 17: "shuyang-2025", 19: "hongze-2024", 20: "shanghai-bgt-2019"}
READ = {
    15: {"told-received", "told-person", "told-organisation", "told-granted", "told-partial", "told-denied",
         "told-unavailable", "told-rejected", "told-other", "told-carried-out"},
    16: {"told-received"},
    17: {"told-received", "told-handled", "told-carried-out", "told-person", "told-organisation"},
    19: set(),
    20: {"told-carried-in", "told-carried-out", "told-denied", "told-unavailable",
         "told-rejected", "told-review", "told-litigation"},
}  # fmt: skip


def _pairs(corpus: Path) -> dict[int, tuple[str, int, str]]:
    """Number → agency, year and sentence, as the corpus' list has them."""
    lines = (corpus / "narratives.md").read_text("utf-8").splitlines()
    rows = [[field.strip() for field in line.strip("| ").split(" | ")] for line in lines if re.match(r"\|\s*\d", line)]
    return {int(row[0]): (row[1], int(row[2][:4]), row[3]) for row in rows}


def _pair(corpus: Path, number: int) -> list[Finding]:
    agency, year, text = _pairs(corpus)[number]
    form = "2021"
    if number in PAIRS:
        cells = {path: cell_of(value) for path, value in PAIRS[number][0].items()}
    else:
        truth = json.loads((corpus / "expected" / f"{TABLES[number]}.json").read_text("utf-8"))
        form = truth["form"]
        cells = {p: cell_of(value) for p, value in truth["cells"].items() if isinstance(value, int | None)}
    made = as_report(load_form(form), cells, year)
    text = text.replace("[...]", "。")
    made = made.model_copy(update={"texts": {"overview": text}, "agency": Agency(id=None, name=agency)})
    return list(check_claims(case_of(made)))


def test_every_real_pair_is_tried(corpus: Path) -> None:
    """No sentence of the corpus' list is left out but that of a half year, which is no annual report."""
    assert set(_pairs(corpus)) == {*PAIRS, *TABLES, 14}


@pytest.mark.parametrize("number", [*PAIRS, *TABLES])
def test_a_real_pair_is_read_and_no_true_sentence_fails(corpus: Path, number: int) -> None:
    """Each claim that the table confirms is found; only the report known to contradict its own table fails."""
    found = _pair(corpus, number)
    assert {finding.check for finding in found if finding.status == "pass"} == READ.get(
        number, PAIRS.get(number, ({}, set()))[1]
    )
    assert {finding.check for finding in found if finding.status == "fail"} == (
        {"told-granted-partial"} if number == 20 else set()
    )


# Sentences of a report that tells the truth: claim → text with {} for the figure, and what the table says of it.
TRUTH = {
    "told-new": ("本年新收政府信息公开申请{}件。", ["new"]),
    "told-received": ("2022年，我镇共受理政府信息公开申请{}件。", ["new", "carried_in"]),
    "told-handled": ("全年办结政府信息公开申请{}件。", ["outcome.total"]),
    "told-carried-in": ("政府信息公开申请上年度结转{}件。", ["carried_in"]),
    "told-carried-out": ("另有{}件政府信息公开申请结转下年度办理。", ["carried_out"]),
    "told-granted": ("答复申请时予以公开{}件。", ["outcome.granted"]),
    "told-partial": ("答复申请时部分公开{}件。", ["outcome.partial"]),
}


@pytest.mark.parametrize("claim", TRUTH)
def test_the_truth_passes_and_a_planted_error_is_caught(claim: str) -> None:
    """Balanced reports that say their own figures raise nothing; a figure that no row has is caught and cited."""
    template, rows = TRUTH[claim]
    for seed in range(40):
        made = make_sample(("2021", False), seed).report().model_copy(update={"year": 2022})
        true = sum(int(made.value(f"requests/{row}/total") or 0) for row in rows)
        for value, status in ((true, "pass"), (true + 10**8, "fail")):
            texts = {"overview": template.format(value)}
            found = [f for f in check_claims(case_of(made.model_copy(update={"texts": texts}))) if f.check == claim]
            assert [(f.status, f.actual) for f in found] == [(status, str(value))]


@pytest.mark.parametrize("piece", ["申请", "共", "数", "三", "“", "《", "公开申请9件,", "收到公开申请9件。"])
def test_no_text_takes_long(piece: str) -> None:
    """Half a megabyte of one word over and over is judged in moments, and never floods the page."""
    text = f"未收到公开申请{piece * (500_000 // len(piece))}5件"
    started = time.process_time()
    assert len(told(text, SMALL)) <= 20 * len(FORM.claims)
    assert time.process_time() - started < 10


# Honest sentences over this table, found by a reader who tried to make the checks cry wolf.
HONEST_TABLE = {
    "requests/new/total": 17, "requests/new/person": 14, "requests/carried_in/total": 3,
    "requests/outcome.granted/total": 6, "requests/outcome.partial/total": 1,
    "requests/outcome.denied.case_file/total": 2,
    "requests/outcome.unavailable.not_held/total": 3, "requests/outcome.total/total": 16,
    "requests/carried_out/total": 4, "disputes/cases/review.total": 2,
}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "全年行政复议案件120件，其中涉及政府信息公开2件。",
        "收到自然人提出的政府信息公开申请14件，法人或其他组织提出的政府信息公开申请3件。",
        "收到上年结转的政府信息公开申请3件，新收到政府信息公开申请17件。",
        "收到政府信息公开申请17件，予以公开或者部分公开7件，不予公开和无法提供5件。",
        "答复申请时，属于行政执法案卷不予公开1件。",
        "其中自然人申请14件，予以公开5件。",
        "收到政府信息公开申请17件，10个工作日内办结9件，20个工作日内办结7件。",
        "超期办理政府信息公开申请为0。",
        "不予处理的政府信息公开申请为零。",
        "通过网络渠道，收到政府信息公开申请12件。",
        "收到有效政府信息公开申请15件。",
        "收到政府信息公开申请17件。建议提案答复予以公开9件，不予公开9件。",
        "收到政府信息公开申请数十件。",
        "收到政府信息公开申请30件左右。",
        "收到群众提出的政府信息公开申请14件和企业提出的3件。",
        "上年结转政府信息公开申请3件；上年结转项目30项。",
    ],
)
def test_an_honest_sentence_raises_nothing(text: str) -> None:
    """What may be a part, a sum that cannot be taken apart or another matter is passed over in silence."""
    found = check_claims(case_of(report(text, HONEST_TABLE)))
    assert [(finding.check, finding.message) for finding in found if finding.status == "fail"] == []


# --- many ways to say one thing ---------------------------------------------------------------------------------------

WORDED = {path: int(value or 0) for path, value in make_sample(("2021", False), 8).cells.items()} | {
    f"disputes/cases/{kind}.total": number
    for kind, number in (("review", 7), ("litigation.direct", 3), ("litigation.after_review", 4))
}
TRUE = {name: sum(WORDED[path] for path in paths) for name, paths in FIGURES.items()}
WORDINGS = [(check, key, one) for check, (key, said) in SAID.items() for one in said]


def failing(sentence: str, x: int, agency: str = "示例县青山镇人民政府") -> set[str]:
    """The claims that fail on a report whose text is ``sentence``, {x} being ``x``."""
    names = {"us": "青山镇", "our": "镇", "year": 2022, "last": 2021, "next": 2023, "x": x}
    made = report(sentence.format_map(TRUE | names), dict(WORDED), agency)
    return {finding.check for finding in check_claims(case_of(made)) if finding.status == "fail"}


@pytest.mark.parametrize(("check", "key", "sentence"), WORDINGS)
def test_a_figure_is_compared_however_it_is_said(check: str, key: str, sentence: str) -> None:
    """The true figure raises nothing; one that no row has is caught, under this check and no stranger's."""
    assert failing(sentence, TRUE[key]) == set()
    caught = failing(sentence, TRUE[key] + 10**8)
    assert check in caught
    assert caught <= {check, "told-new", "told-received"}


@pytest.mark.parametrize(("check", "sentence"), [(check, one) for check, (_, said) in NONE.items() for one in said])
def test_nothing_is_compared_however_it_is_said(check: str, sentence: str) -> None:
    """A sentence that says there was none contradicts a table that has some, and no table of zeros."""
    assert check in failing(sentence, 0)
    made = report(sentence.format_map(dict.fromkeys(TRUE, 0) | {"us": "青山镇", "our": "镇", "year": 2022}), ZEROS)
    assert [f.message for f in check_claims(case_of(made)) if f.status == "fail"] == []


ZEROS: dict[str, int | None] = dict.fromkeys(WORDED, 0)


@pytest.mark.parametrize("x", [3, 977])
@pytest.mark.parametrize("sentence", HONEST)
def test_what_speaks_of_something_else_raises_nothing(sentence: str, x: int) -> None:
    """Parts, other matters, other bodies, other years, guesses: whatever their figure."""
    assert failing(sentence, x) == set()


def test_what_is_not_seen_is_known() -> None:
    """The shapes that pass the checks by; one that is seen one day moves to the others."""
    unseen = [(key, one) for key, said in UNSEEN.values() for one in said]
    assert [one for key, one in unseen if failing(one, TRUE[key] + 10**8)] == []


@pytest.mark.parametrize(
    "who",
    ["全县", "示例县", "全县各级行政机关", "全县政府系统", "全县各级各部门", "我县", "全县各乡镇、各部门"],
)
def test_a_whole_area_is_its_own_in_many_words(who: str) -> None:
    """A county's report counts all its bodies; the county may be called by its own name alone."""
    for agency in ("示例市示例县人民政府", "示例县人民政府"):
        assert failing(f"2022年，{who}共收到政府信息公开申请{{x}}件。", 10**8, agency) == {"told-received"}


@pytest.mark.parametrize("who", ["县政府", "县本级", "各乡镇", "示例市", "县直部门", "青山镇", "县政府办公室"])
def test_a_part_of_an_area_is_not_its_own(who: str) -> None:
    """What the government's own office, one town or the city above counts is another figure."""
    assert failing(f"2022年，{who}共收到政府信息公开申请{{x}}件。", 10**8, "示例市示例县人民政府") == set()


def test_a_difference_shows_what_was_added_up() -> None:
    """Two rows, of which one has no total: every figure that went into the sum is in the message."""
    cells: dict[str, int | None] = dict.fromkeys(
        (path for path in FORM.facts if path.startswith("requests/outcome.granted/")), None
    )
    cells |= {"requests/outcome.granted/person": 258, "requests/outcome.granted/org.other": 14}
    made = report("答复政府信息公开申请，予以公开及部分公开258件。", cells | {"requests/outcome.partial/total": 3})
    [finding] = [f for f in check_claims(case_of(made)) if f.check == "told-granted-partial"]
    assert "「予以公开 ＋ 部分公开」258＋14＋3＝275" in finding.message
