"""Copying: copies are found however names and figures were changed, and what everybody writes is no copy."""

from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest
from fictional import report_text, write_report
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from prose_samples import COMMON, Texts, archive, body, clause, copied, prose, report_of
from samples import AGENCY
from test_site_pages import pages_of

from generator.checks import Archived, Limits, judge
from generator.checks.case import Body, case_of
from generator.checks.clause_index import KEPT, index_of
from generator.checks.clauses import clause_texts, clauses, masked, own_names
from generator.checks.copying import check_copying, passages
from generator.report import Finding

YEAR = 2023


def archived(texts: Mapping[tuple[int, int], Texts], limits: Limits | None = None) -> Archived:
    """An archive of the bodies and years that are the keys."""
    bodies = {f"body-{number:05}": body(number) for number, _ in texts}
    reports = [report_of(body(number), year, text) for (number, year), text in texts.items()]
    return Archived(reports, bodies, limits or Limits())


def found(inside: Archived, number: int = 0, year: int = YEAR) -> dict[str, Finding]:
    """The findings on one report, by check; there is at most one of each in these archives."""
    report = inside.by_agency[f"body-{number:05}"][year]
    findings = list(check_copying(case_of(report, inside)))
    assert len({finding.check for finding in findings}) == len(findings)
    return {finding.check: finding for finding in findings}


def text_of(number: int, year: int = YEAR, length: int = 1500, seed: int = 0, common: int = 5) -> Texts:
    return prose(Random(f"{seed} {number} {year}"), body(number).aliases[0], year, length, common)


def share(finding: Finding) -> int:
    return int(finding.message.split("（")[1].split("%")[0])


# --- copies and independent texts -------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [0.8, 0.9, 1.0])
def test_every_copy_is_found_and_nothing_else(part: float) -> None:
    """Of 400 reports with 20 copies, just the copies and their originals are named, each with the other."""
    made = archive(400, share=part)
    pairs = set()
    for report in made.archived.reports:
        for finding in check_copying(case_of(report, made.archived)):
            if finding.status == "fail":
                agency, year = finding.source.split("/")
                pairs.add(((report.agency.id, report.year), (agency, int(year))))
    assert len(made.copies) > 15
    assert pairs == {pair for copy, original in made.copies.items() for pair in ((copy, original), (original, copy))}


def test_independent_texts_share_turns_of_phrase_only() -> None:
    """Without a copy no report shares a twentieth with its own last or with any other, templates aside."""
    made = archive(300, part=0)
    for report in made.archived.reports:
        for finding in check_copying(case_of(report, made.archived)):
            assert finding.status == "pass"
            assert "%" not in finding.message.partition("，不到")[0] or share(finding) < 5


def test_other_names_and_figures_hide_nothing() -> None:
    """A copy with every name, year and figure replaced is the same text."""
    original = text_of(1)
    copy = copied(original, Random(1), 1, {body(1).aliases[0]: body(0).aliases[0], f"{YEAR}年": "二〇二三年"})
    finding = found(archived({(0, YEAR): copy, (1, YEAR): original}))["copy-other"]
    assert finding.status == "fail"
    assert share(finding) == 100
    assert finding.source == f"body-00001/{YEAR}"
    assert body(1).name in finding.message


def test_a_part_taken_out_of_a_long_text_is_found() -> None:
    """A short report that is all out of one ten times as long is found; the long one is hardly the same as it."""
    long = text_of(1, length=9000)
    short = {"overview": "。".join(long["overview"].split("。")[20:45]) + "。"}
    inside = archived({(0, YEAR): short, (1, YEAR): long})
    assert share(found(inside)["copy-other"]) > 90
    assert found(inside, 1)["copy-other"].status == "pass"


def test_of_several_other_bodies_each_is_named_once() -> None:
    """Three bodies with one text: each finding names the report of the nearest year of one other body."""
    text = text_of(0)
    years = {(number, year): text for number in (0, 1, 2) for year in (2021, YEAR)}
    inside = archived(years)
    findings = [f for f in check_copying(case_of(inside.by_agency["body-00000"][YEAR], inside)) if f.status == "fail"]
    assert [(f.check, f.source) for f in findings] == [
        ("copy-own", "body-00000/2021"), ("copy-other", "body-00001/2023"), ("copy-other", "body-00002/2023"),
    ]  # fmt: skip
    assert len({finding.id for finding in findings}) == 3


# --- templates --------------------------------------------------------------------------------------------------------


def test_what_many_bodies_print_is_left_out() -> None:
    """Texts of which half is everybody's are compared by the other half."""
    texts = {(number, YEAR): text_of(number, length=600, common=len(COMMON)) for number in range(8)}
    for number in range(8):
        assert found(archived(texts), number)["copy-other"].status == "pass"


def test_a_text_that_is_all_template_is_not_judged() -> None:
    """Where as many bodies as make a template print one text, nothing is left to compare, and that is said."""
    text = text_of(0)
    limit = Limits().template_agencies
    most, few = (archived({(number, YEAR): text for number in range(count)}) for count in (limit, limit - 1))
    finding = found(most)["copy-other"]
    assert finding.status == "unknown"
    assert f"至少 {limit} 个机关都写" in finding.message
    assert {f.status for f in check_copying(case_of(few.reports[0], few))} == {"fail"}


@pytest.mark.parametrize(("bodies", "share", "limit"), [(40, 0.05, 5), (300, 0.05, 15), (300, 0.1, 30), (8, 1.0, 8)])
def test_what_a_template_is_depends_on_how_many_bodies_there_are(bodies: int, share: float, limit: int) -> None:
    """A share of all bodies must print it, in a small archive no fewer than the least number."""
    texts = {(number, YEAR): {"overview": f"甲{number}，乙{number}。"} for number in range(bodies)}
    assert index_of(archived(texts, Limits(template_share=share))).template_limit == limit


def test_mass_copying_is_no_template() -> None:
    """Twelve of three hundred bodies with one text: each is told of, though more than five print it."""
    text = text_of(0, length=700)
    texts = {(number, YEAR): text_of(number, length=600) for number in range(300)}
    copies = range(10, 130, 10)
    inside = archived(texts | {(number, YEAR): text for number in copies})
    for number in copies:
        finding = next(iter(check_copying(case_of(inside.by_agency[f"body-{number:05}"][YEAR], inside))))
        assert (finding.check, finding.status, share(finding)) == ("copy-other", "fail", 100)
    assert found(inside, 5)["copy-other"].status == "pass"


def test_a_copy_is_found_behind_a_text_that_goes_round() -> None:
    """Half a text goes round among more bodies than are remembered, half is one other body's: that body is named."""
    bodies = KEPT * 25
    round_about, rare = (text_of(number, length=500, common=0)["overview"] for number in (1, 2))
    last = bodies - 1
    texts = {(number, YEAR): {"overview": clause(Random(number)) + "。"} for number in range(bodies)}
    texts |= {(number, YEAR): {"overview": round_about} for number in range(KEPT + 6)}
    texts |= {(number, YEAR): {"overview": f"{round_about}\n{rare}"} for number in (last, last - 1)}
    inside = archived(texts)
    assert index_of(inside).template_limit > KEPT + 8
    [finding] = check_copying(case_of(inside.by_agency[f"body-{last:05}"][YEAR], inside))
    assert (finding.status, finding.source, share(finding)) == ("fail", f"body-{last - 1:05}/{YEAR}", 100)


def test_a_body_whose_text_is_all_template_repeats_its_own_last_year() -> None:
    """Whoever else prints it, the text is the same as last year's, and that templates are counted is said."""
    text = text_of(0)
    inside = archived({(number, year): text for number in range(6) for year in (2022, YEAR)})
    both = found(inside)
    assert (both["copy-own"].status, share(both["copy-own"])) == ("fail", 100)
    assert "连同套话" in both["copy-own"].message
    assert both["copy-own"].quote
    assert both["copy-other"].status == "unknown"


def test_templates_alone_make_no_copy_of_last_year() -> None:
    """A report that is written anew around the sentences of everybody is no copy of its last."""
    texts = {(n, year): text_of(n, year, 900, common=len(COMMON)) for n in range(8) for year in (2022, YEAR)}
    finding = found(archived(texts))["copy-own"]
    assert finding.status == "pass"
    assert "不属套话" in finding.message


def test_what_law_and_format_demand_counts_nothing() -> None:
    """Sentences that the format asks for, names of statutes and set phrases are no text of the writer's own."""
    demanded = (
        "本报告中所列数据的统计期限自2023年1月1日起至2023年12月31日止。如对本报告有疑问，联系电话：000-0000000。"
        "本年度没有收取信息处理费。没有其他需要报告的事项。" * 8
    )
    texts = {(number, YEAR): {**text_of(number, common=0), "other": demanded} for number in (0, 1)}
    assert "没有一段" in found(archived(texts))["copy-other"].message
    assert masked("认真贯彻落实《示例条例》和习近平新时代中国特色社会主义思想", ()) == "认真贯彻落实○和○"


# --- own last report, and where there is nothing to compare -----------------------------------------------------------


def test_the_latest_earlier_report_of_the_body_is_compared() -> None:
    """With a year missing between, the one before is the last; a later one never is."""
    text = text_of(0)
    inside = archived({(0, 2020): text_of(0, 2020), (0, 2021): text, (0, YEAR): copied(text, Random(1), 0.9)})
    finding = found(inside)["copy-own"]
    assert (finding.status, finding.source) == ("fail", "body-00000/2021")
    assert "本机关 2021 年度报告" in finding.message
    assert found(inside, 0, 2021)["copy-own"].status == "pass"
    assert not found(inside, 0, 2020)


def test_the_limits_of_the_archive_hold() -> None:
    """Share and characters from which a finding fails are the archive's to set."""
    text = text_of(0)
    texts = {(0, 2022): text, (0, YEAR): copied(text, Random(1), 0.5)}
    assert found(archived(texts))["copy-own"].status == "pass"
    assert found(archived(texts, Limits(copy_own=0.3)))["copy-own"].status == "fail"
    assert found(archived(texts, Limits(copy_own=0.3, copy_least=1000)))["copy-own"].status == "pass"


def test_nothing_is_said_where_nothing_can_be_compared() -> None:
    """A file alone, an excerpt, a body alone in its archive, a text of a line or two: no finding."""
    report = report_of(body(0), YEAR, text_of(0))
    assert not list(check_copying(case_of(report)))
    excerpt = report_of(body(0), YEAR, {"overview": "（节录）"}, excerpt=True)
    other = report_of(body(1), YEAR, text_of(1))
    for reports in ([report], [excerpt, other], [report_of(body(0), YEAR, {"other": "无。"}), other]):
        inside = Archived(reports, {}, Limits())
        assert not list(check_copying(case_of(reports[0], inside)))


def test_a_corrected_report_is_compared_as_well() -> None:
    """A report judged again with corrected figures is the same text of the same body."""
    text = text_of(0)
    inside = archived({(0, YEAR): text, (1, YEAR): text})
    again = inside.reports[0].model_copy(update={"published": "2024-01-20"})
    assert [f.source for f in judge(again, inside)] == [f.source for f in judge(inside.reports[0], inside)]


# --- passages ---------------------------------------------------------------------------------------------------------


def test_both_passages_are_quoted_as_printed() -> None:
    """The longest passages, line by line, each as its own report prints it; never the whole text."""
    original = text_of(1)
    names = {body(1).aliases[0]: body(0).aliases[0]}
    finding = found(archived({(0, YEAR): copied(original, Random(2), 0.9, names), (1, YEAR): original}))["copy-other"]
    here, there = finding.quote.split("\n"), finding.other.split("\n")
    assert len(here) == len(there) == 3
    printed = "".join("".join(original.values()).split())
    for left, right in zip(here, there, strict=True):
        assert right.removesuffix("……").replace(" ", "") in printed
        assert masked(left, own_names(body(0))) == masked(right, own_names(body(1)))
        assert 16 < len(left) < 260
    assert any(left != right for left, right in zip(here, there, strict=True))


def test_no_passage_runs_from_one_section_to_the_next() -> None:
    """Where whole sections are equal, the passage ends with its section."""
    text = {key: part[:150] for key, part in text_of(0).items()}
    inside = archived({(0, YEAR): text, (1, YEAR): text})
    for left, right in passages(index_of(inside), *inside.reports):
        assert left == right
        assert any("".join(left.removesuffix("……").split()) in "".join(part.split()) for part in text.values())


# --- masks ------------------------------------------------------------------------------------------------------------


@given(st.text("，。1,２.一十《》○ \n\r\u2028\u200b　我镇市政府党的全会国办〔〕发a", max_size=40))
def test_masked_and_printed_clauses_always_correspond(text: str) -> None:
    """Whatever the text, each masked clause knows where it was printed."""
    found_clauses = clauses({"overview": text}, ("我镇",))
    assert [clause.text for clause in found_clauses] == clause_texts({"overview": text}, ("我镇",))
    places = [(clause.start, clause.end) for clause in found_clauses[:-1]]
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("公开信息1,234条", "公开信息56条"),
        ("比上年增长12.5%", "比上年增长３％"),
        ("受理申请二十一件", "受理申请7件"),
        ("我镇高度重视", "我局高度重视"),
        ("县委、县政府部署", "市委、市政府部署"),
        ("落实《示例省办法》", "落实《示例市规定》"),
        ("贯彻党的二十大和二十届二中全会精神", "贯彻党的十九大和十九届六中全会精神"),
    ],
)
def test_what_differs_by_necessity_is_masked(one: str, other: str) -> None:
    """Figures, self-references, levels and titles of documents are the same once masked."""
    assert masked(one, ()).replace("○大和○", "○") == masked(other, ()).replace("○大和○", "○")


def test_a_body_is_known_by_its_name_its_core_and_its_places() -> None:
    """Names of the body and of what contains it are masked, and nobody's name is not."""
    office = Body("x", "示例市青山区人民政府办公室", ("区政府办",), place="示例省示例市青山区")
    names = own_names(office)
    assert {"示例市青山区人民政府办公室", "示例市", "青山区", "青山", "示例省", "区政府办"} <= set(names)
    assert not {"人民政府办公室", "人民政府", "政府", "办公室"} & set(names)
    assert list(names) == sorted(names, key=lambda name: (-len(name), name))


# --- the page ---------------------------------------------------------------------------------------------------------


def with_text(year: int, agency: str, paragraph: str, seed: int) -> str:
    """A report as a file holds it, with running text in its first section."""
    heading = "一、总体情况"
    text = report_text(year, agency, seed)
    assert heading in text
    return text.replace(heading, f"{heading}\n\n{paragraph}", 1)


@pytest.fixture
def copying_content(content: Path) -> Path:
    """The small archive, with one text in two reports of 2022; a hostile one."""
    text = (
        text_of(0, 2022)["overview"].replace("\n", "")
        + "<script>alert(1)</script>与*星号*并列，[链接](x)也在，照抄不误。"
    )
    write_report(content, "shili-qingshan", 2022, with_text(2022, AGENCY, text, 3))
    write_report(content, "shili-xian", 2022, with_text(2022, "示例县人民政府", text.replace("902", "17"), 4))
    return content


def test_the_page_shows_both_passages_side_by_side(copying_content: Path) -> None:
    """One block has the share, both texts, encoded, and a link to the other report; pages without text have none."""
    pages = pages_of(copying_content)
    page = pages["a/shili-qingshan/2022.md"].decode()
    block = page.partition("## 与其他报告相同的文字")[2].strip().splitlines()[0]
    section = html.fragment_fromstring(block)
    here, there = section.xpath('(//*[@class="nb-pair"])[1]//blockquote')
    assert here.text == there.text
    assert section.xpath("string(//section/@id)") == "f-copy-other-shili-xian"
    assert section.xpath('//*[@class="nb-who"]/a/@href')[0] == "../../../a/shili-xian/2022/"
    assert "字（100%）与示例县人民政府 2022 年度报告相同" in section.text_content()
    assert not section.xpath("//script")
    assert "*" not in block
    assert len(html.fromstring(page).xpath('//*[@id="f-copy-other-shili-xian"]')) == 1
    assert "与其他报告相同的文字" not in pages["a/shili-qingshan/2020.md"].decode()


def test_what_stands_before_the_first_heading_is_no_copied_text() -> None:
    """The format asks everybody for the same words there."""
    text = {"overview": "我镇全面公开政府信息。"}
    assert clause_texts({"preamble": "本报告所列数据的统计期限为全年。", **text}, ()) == clause_texts(text, ())
