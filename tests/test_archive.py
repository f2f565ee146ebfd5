"""The archive: what stands where, whose it is, and what becomes of a wrong file. One bad file harms no other."""

import os
from pathlib import Path

import pytest
from fictional import REGISTRY, read_bytes, report_text, write_report
from opencc import OpenCC

from generator.archive import load_registry, same_body
from generator.errors import ConfigError, Refusal
from generator.pipeline import gather
from generator.report import Report
from generator.site.model import Archive

SOUND = {("shili-qingshan", 2020), ("shili-qingshan", 2022), ("shili-xian", 2022)}


def archive(content: Path) -> Archive:
    return gather(content, content.parent / "no-config", 1, lambda *_: None)


def keys(found: Archive) -> set[tuple[str, int]]:
    return {(one.agency.id, one.year) for one in found.years}


def refused(found: Archive) -> list[tuple[str, str]]:
    return [(refusal.code, refusal.where) for refusal in found.refused]


def report(found: Archive, agency: str, year: int) -> Report:
    return next(one.report for one in found.years if (one.agency.id, one.year) == (agency, year))


def test_a_sound_archive_is_read_whole(content: Path) -> None:
    """Every report in its place becomes one agency-year under the registered name."""
    found = archive(content)
    assert (keys(found), refused(found)) == (SOUND, [])
    assert report(found, "shili-qingshan", 2022).agency.name == "示例县青山镇人民政府"
    assert report(found, "shili-qingshan", 2022).source.path == "reports/shili-qingshan/2022.txt"


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("level: township", "level: village", 8),
        ("  - id: shili-xian", "  - id: Shili_Xian", 12),
        ("  - id: shili-xian", "  - id: shili-qingshan", 12),
        ("  - id: shili-xian", "  - id: con", 12),
        ('"990101": 示例县', "990101: 示例县", 4),
        ('    region: "990101"\n    aliases: [青山镇]', '    region: "990102"\n    aliases: [青山镇]', 6),
        ("name: 示例县人民政府", "nmae: 示例县人民政府", 13),
        ("name: 示例县人民政府", "name: 示例县<b>人民政府", 13),
        ('    region: "990101"\n    aliases: []', '    region: "990101"\n    region: "990101"', 17),
        ("aliases: [青山镇]", "aliases: [青山镇", 12),
        ("    aliases: []", "    parent: nobody", 17),
    ],
)  # fmt: skip
def test_a_fault_in_the_registry_names_file_and_line(content: Path, old: str, new: str, line: int) -> None:
    """A registry that is wrong stops everything, with the file, the line and one Chinese sentence."""
    assert REGISTRY.count(old) == 1
    (content / "agencies.yml").write_text(REGISTRY.replace(old, new), "utf-8")
    with pytest.raises(ConfigError) as error:
        archive(content)
    assert str(content / "agencies.yml") in str(error.value)
    assert f"第 {line} 行" in str(error.value)


@pytest.mark.parametrize(
    "text", ["agencies:\n\t- id: a\n", "- 1\n- 2\n", "agencies: 3\n", "!!python/object:os.system {}\n"]
)
def test_what_is_no_registry_is_refused(content: Path, text: str) -> None:
    """Broken YAML, another shape or an object tag end as an error of ours, never as a traceback."""
    (content / "agencies.yml").write_text(text, "utf-8")
    with pytest.raises(ConfigError) as error:
        archive(content)
    assert "第 " in str(error.value)


def test_a_registry_that_is_not_there_is_said(tmp_path: Path, content: Path) -> None:
    """Without the folder or the registry there is nothing to build, and the error names what is missing."""
    with pytest.raises(ConfigError, match="没有这个文件夹"):
        load_registry(tmp_path / "nowhere")
    (content / "agencies.yml").unlink()
    with pytest.raises(ConfigError) as error:
        load_registry(content)
    assert "agencies.yml" in str(error.value)


def test_a_registry_in_another_encoding_is_refused(content: Path) -> None:
    """The registry is UTF-8; anything else is said instead of read as mojibake."""
    (content / "agencies.yml").write_bytes(REGISTRY.encode("gb18030"))
    with pytest.raises(ConfigError, match="UTF-8"):
        archive(content)


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("nobody/2022.txt", "agency-missing"),
        ("2021.txt", "unsafe-name"),
        ("shili-xian/报告.txt", "unsafe-name"),
        ("shili-xian/2021年.txt", "unsafe-name"),
        ("shili-xian/21.txt", "unsafe-name"),
        ("shili-xian/2007.txt", "year-range"),
        ("shili-xian/2099.txt", "year-range"),
        ("shili-xian/2021.exe", "unsupported-format"),
        ("shili-xian/2021", "unsupported-format"),
        ("shili-xian/2021.yml", "unsafe-name"),
    ],
)
def test_a_file_in_the_wrong_place_is_refused_alone(content: Path, place: str, code: str) -> None:
    """A misplaced or misnamed file is listed with its path; the rest of the archive goes on."""
    path = content / "reports" / place
    path.parent.mkdir(exist_ok=True)
    path.write_text(report_text(2021, "示例县人民政府"), "utf-8")
    found = archive(content)
    assert (keys(found), refused(found)) == (SOUND, [(code, f"reports/{place}")])


def test_two_files_for_one_agency_year_are_both_refused(content: Path) -> None:
    """Nobody can know which of two files counts, so neither does, and both are named."""
    other = content / "reports/shili-xian/2022.html"
    other.write_text("<p>示例</p>", "utf-8")
    found = archive(content)
    assert keys(found) == SOUND - {("shili-xian", 2022)}
    assert refused(found) == [("duplicate-report", f"reports/shili-xian/2022.{end}") for end in ("html", "txt")]


@pytest.mark.parametrize("target", ["report", "folder", "sidecar"])
def test_a_symbolic_link_is_not_followed(content: Path, tmp_path: Path, target: str) -> None:
    """A link to a file or folder, inside or outside, is refused whatever it leads to."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "2021.txt").write_text(report_text(2021, "示例县人民政府"), "utf-8")
    if target == "folder":
        registry = REGISTRY + '  - id: shili-zhen\n    name: 示例县白水镇\n    level: township\n    region: "990101"\n'
        (content / "agencies.yml").write_text(registry, "utf-8")
        link = content / "reports/shili-zhen"
        os.symlink(outside, link)
        where = "reports/shili-zhen"
    elif target == "report":
        where = "reports/shili-xian/2021.txt"
        os.symlink(outside / "2021.txt", content / where)
    else:
        where = "reports/shili-xian/2022.yml"
        os.symlink(outside / "2021.txt", content / where)
    found = archive(content)
    assert refused(found) == [("symlink", where)]
    assert keys(found) == SOUND - ({("shili-xian", 2022)} if target == "sidecar" else set())


def test_hidden_files_are_no_reports(content: Path) -> None:
    """Files that systems leave behind are passed over without a word."""
    for name in ("reports/.DS_Store", "reports/shili-xian/.DS_Store", "reports/shili-xian/.2022.txt.swp"):
        (content / name).write_bytes(b"\0")
    assert (keys(archive(content)), refused(archive(content))) == (SOUND, [])


def test_a_sidecar_adds_what_the_file_does_not_say(content: Path) -> None:
    """Address, dates, note and excerpt of the sidecar stand in the report; dates stay text."""
    (content / "reports/shili-xian/2022.yml").write_text(
        "source_url: https://example.org/a?b=1\nretrieved: 2024-05-06\npublished: 2023-01-29\n"
        "excerpt: true\nnote: 示例\n",
        "utf-8",
    )
    read = report(archive(content), "shili-xian", 2022)
    assert (read.source.url, read.source.retrieved) == ("https://example.org/a?b=1", "2024-05-06")
    assert read.published == "2023-01-29"
    assert (read.source.excerpt, read.source.note) == (True, "示例")


@pytest.mark.parametrize(
    ("sidecar", "line", "right"),
    [
        ("note: 示例\nsource_url: javascript:alert(1)\n", 2, "以 http:// 或 https:// 开头"),
        ("note: 示例\nsource_url: ftp://example.org/x\n", 2, "以 http:// 或 https:// 开头"),
        ("note: 示例\nretrieved: 2024-13-01\n", 2, "应写作 2023-01-29"),
        ("note: 示例\npublished: 2999-01-01\n", 2, "还没有到"),
        ("note: 示例\nexcerpt: 是\n", 2, "应当是 true 或 false"),
        ("note: 示例\nsurprise: 1\n", 2, "这里可以写 source_url"),
        ("note: 示例\nreviws: []\n", 2, "是不是「reviews」"),
        ("note: 示例\nretrieved: 2024-01-01\nretrieved: 2024-01-02\n", 3, "第 2 行已经有了"),
        (
            "note: 示例\nconfirm: [everything]\n", 2,
            "「confirm 第 1 项」写的是 「everything」，只能是 agency、year、ocr 之一",
        ),
        ("note: 示例\nreviews:\n  - {finding: x, decision: maybe}\n", 3, "缺少「reviews 第 1 项的 office」"),
    ],
)  # fmt: skip
def test_a_faulty_entry_of_a_sidecar_is_left_out_and_told(content: Path, sidecar: str, line: int, right: str) -> None:
    """The report and the rest of the sidecar stand; the notice says file, line, what is wrong and what is right."""
    (content / "reports/shili-xian/2022.yml").write_text(sidecar, "utf-8")
    found = archive(content)
    assert (keys(found), refused(found)) == (SOUND, [])
    read = report(found, "shili-xian", 2022)
    told = [notice for notice in read.notices if notice.code == "sidecar-fault"]
    assert {notice.place for notice in told} == {f"reports/shili-xian/2022.yml 第 {line} 行"}
    assert right in "".join(notice.message for notice in told)
    assert read.source.note == "示例"
    assert (read.source.url, read.source.retrieved, read.reviews) == (None, None, [])


def test_only_the_faulty_one_of_several_entries_is_left_out(content: Path) -> None:
    """Reviews and corrections beside a faulty one hold; where two speak of the same thing neither does."""
    good = "reason: 如此, office: 示例办, date: 2024-01-01, seen: 0a1b2c3d"
    lines = [f"  - {{finding: a, decision: maybe, {good}}}", f"  - {{finding: b, decision: confirmed, {good}}}"]
    lines += [f"  - {{finding: c, decision: {word}, {good}}}" for word in ("confirmed", "dismissed")]
    (content / "reports/shili-xian/2022.yml").write_text("reviews:\n" + "\n".join(lines) + "\n", "utf-8")
    read = report(archive(content), "shili-xian", 2022)
    assert [review.finding for review in read.reviews] == ["b"]
    assert [notice.place[-5:] for notice in read.notices if notice.code == "sidecar-fault"] == [
        f"第 {line} 行" for line in (2, 4, 5)
    ]


def test_a_faulty_excerpt_charges_nobody(content: Path) -> None:
    """What was meant by excerpt cannot be known: nothing is concluded from what the file does not hold."""
    (content / "reports/shili-xian/2022.yml").write_text("excerpt: ture\n", "utf-8")
    assert report(archive(content), "shili-xian", 2022).source.excerpt


@pytest.mark.parametrize(
    ("sidecar", "said"),
    [
        ("note: [\n", "第 2 行"), ("note: 甲\n\tconfirm: [year]\n", "第 2 行 行首用了制表符"),
        ("- 1\n", "第 1 行"), ("note：甲\nconfirm: [year]\n", "第 1 行 冒号用了全角"),
    ],
)  # fmt: skip
def test_a_sidecar_that_cannot_be_understood_costs_its_own_report_only(content: Path, sidecar: str, said: str) -> None:
    """It may hold what clears the office: its report is refused with the sidecar's name and line; others are read."""
    (content / "reports/shili-xian/2022.yml").write_text(sidecar, "utf-8")
    found = archive(content)
    assert keys(found) == SOUND - {("shili-xian", 2022)}
    assert refused(found) == [("corrupt-file", "reports/shili-xian/2022.yml")]
    assert said in found.refused[0].what


def test_a_refusal_names_the_entry_that_was_left_out(content: Path) -> None:
    """A mistyped confirmation does not confirm, and the refusal says why."""
    path = write_report(content, "shili-xian", 2023, report_text(2022, "示例县人民政府"))
    path.with_suffix(".yml").write_text("confirm: [yaer]\n", "utf-8")
    [refusal] = archive(content).refused
    assert refusal.code == "year-conflict"
    assert "2023.yml 第 1 行" in refusal.hint


def test_a_year_against_its_place_is_refused_until_confirmed(content: Path) -> None:
    """A title of another year is a conflict; the sidecar may confirm that the report itself is wrong."""
    path = write_report(content, "shili-xian", 2023, report_text(2022, "示例县人民政府"))
    assert refused(archive(content)) == [("year-conflict", "reports/shili-xian/2023.txt")]
    path.with_suffix(".yml").write_text("confirm: [year]\n", "utf-8")
    found = archive(content)
    assert (keys(found), refused(found)) == (SOUND | {("shili-xian", 2023)}, [])
    assert report(found, "shili-xian", 2023).basis.year == "place"


def test_another_body_in_the_title_is_refused_until_confirmed(content: Path) -> None:
    """A report of another body is a conflict; an alias or the sidecar settles it."""
    path = write_report(content, "shili-xian", 2023, report_text(2023, "示例县白水镇人民政府"))
    assert refused(archive(content)) == [("agency-conflict", "reports/shili-xian/2023.txt")]
    path.with_suffix(".yml").write_text("confirm: [agency]\n", "utf-8")
    assert keys(archive(content)) == SOUND | {("shili-xian", 2023)}
    path.with_suffix(".yml").unlink()
    (content / "agencies.yml").write_text(REGISTRY.replace("aliases: []", "aliases: [示例县白水镇]"), "utf-8")
    assert keys(archive(content)) == SOUND | {("shili-xian", 2023)}


def test_a_report_that_says_no_year_and_no_body_is_known_by_its_place(content: Path) -> None:
    """The place in the archive says who and when; the basis tells that it was the place."""
    text = report_text(2023, "示例县人民政府").partition("\n")[2]
    write_report(content, "shili-xian", 2023, f"政府信息公开工作年度报告\n{text}")
    read = report(archive(content), "shili-xian", 2023)
    assert (read.basis.agency, read.basis.year) == ("place", "place")
    assert not {"agency-missing", "year-missing"} & {notice.code for notice in read.notices}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-file"), (b" \r\n\t\0\n", "empty-file"), (b"\xff\xfe\x00", "encoding-error"),
        ("一份通知".encode(), "not-a-report"), ("政府信息公开\ufffd".encode(), "encoding-error"),
        ("政府信息公开??????年度报告".encode(), "encoding-error"), ("政府信息公开锟斤拷".encode(), "encoding-error"),
        ("本页讲政府信息公开。".encode(), "not-a-report"), (b"x" * 5_000_001, "too-large"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_alone(content: Path, data: bytes, code: str) -> None:
    """Empty, broken, foreign or huge files are refused with a code; the others are read."""
    (content / "reports/shili-xian/2023.txt").write_bytes(data)
    found = archive(content)
    assert (keys(found), refused(found)) == (SOUND, [(code, "reports/shili-xian/2023.txt")])


def test_a_refusal_says_what_to_do(content: Path) -> None:
    """Each refusal has a sentence of what is wrong and one of what to do next."""
    (content / "reports/shili-xian/2023.txt").write_bytes(b"")
    [refusal] = archive(content).refused
    assert refusal.what
    assert refusal.hint
    assert str(refusal).startswith("reports/shili-xian/2023.txt：")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_the_same_text_in_any_encoding_is_the_same_report(content: Path, encoding: str) -> None:
    """UTF-8, GB18030 and UTF-16, marked or not, and UTF-32 give the same figures."""
    plain = report(archive(content), "shili-xian", 2022)
    path = content / "reports/shili-xian/2022.txt"
    path.write_bytes(path.read_text("utf-8").encode(encoding))
    assert report(archive(content), "shili-xian", 2022).cells == plain.cells


def test_big5_needs_no_declaration_where_it_proves_itself() -> None:
    """A text in Big5 that shows the statute's headings is read; one that only mentions the subject is not."""
    text = report_text(2022)
    traditional = OpenCC("s2tw").convert(text).encode("big5hkscs")
    values = {path: cell.value for path, cell in read_bytes(text.encode(), "r.txt").cells.items()}
    assert {path: cell.value for path, cell in read_bytes(traditional, "r.txt").cells.items()} == values
    with pytest.raises(Refusal) as refusal:
        read_bytes("本頁講政府信息公開。".encode("big5hkscs"), "r.txt")
    assert refusal.value.code == "encoding-error"


def test_how_many_workers_read_does_not_matter(content: Path) -> None:
    """The archive read by several processes is the archive read by one."""
    text = report_text(2020, "示例县白水镇")
    names = [f"shili-zhen-{n}" for n in range(64)]
    entries = "".join(
        f'  - id: {name}\n    name: 示例县白水镇\n    level: township\n    region: "990101"\n' for name in names
    )
    (content / "agencies.yml").write_text(REGISTRY + entries, "utf-8")
    for name in names:
        write_report(content, name, 2020, text)
    write_report(content, names[7], 2021, "")
    one, many = (gather(content, content, jobs, lambda *_: None) for jobs in (1, 3))
    assert [o.report for o in one.years] == [o.report for o in many.years]
    assert len(one.years) == 64 + len(SOUND)
    assert refused(one) == refused(many) == [("empty-file", f"reports/{names[7]}/2021.txt")]


@pytest.mark.parametrize(
    ("printed", "same"),
    [("示例县青山镇", True), ("示例县青山镇人民政府", True), ("青山镇", True), ("青山镇人民政府", True),
     ("示例省示例县青山镇", True),
     ("示例县白水镇", False), ("示例县", False)],
)  # fmt: skip
def test_a_body_is_known_by_its_names(content: Path, printed: str, same: bool) -> None:
    """人民政府 and places before the name may be there or not; another body is another body."""
    agency = load_registry(content).by_id["shili-qingshan"]
    assert same_body(printed, agency) is same
