"""Sidecars and registries made to harm: one sentence with its line, the other reports stand, nothing takes long."""

import os
import time
from pathlib import Path

import pytest
from fictional import REGISTRY, write_report

from generator.archive import Entry, load_registry, source_address
from generator.errors import ConfigError
from generator.pipeline import gather
from generator.reading import keys_of
from generator.report import Notice, Region
from generator.site.model import Archive

WHERE = "reports/shili-xian/2022.yml"
SECONDS = 10  # of processor time of this process, for a whole archive


def archive(content: Path) -> Archive:
    before = time.process_time()
    found = gather(content, content.parent / "no-config", 1, lambda *_: None)
    assert time.process_time() - before < SECONDS
    return found


# Name → the sidecar, and what is said of it when its report is refused.
FATAL: dict[str, tuple[str, str]] = {
    "deep list": ("note: " + "[" * 3000 + "]" * 3000, "第 1 行 层次太多（超过 50 层），或者括号没有配对"),
    "deep mapping": ("note: x\nb: " + "{a: " * 3000 + "1" + "}" * 3000, "第 2 行 层次太多"),
    "deep items": ("- " * 3000 + "x", "第 1 行 层次太多"),
    "deep in vain": ("note: " + "[" * 90_000, "第 1 行 层次太多"),
    "references": ("a: &a [x]\nb: &b [*a, *a]\n", "第 2 行 不支持 YAML 的引用（* 和 &），请把内容写全"),
    "a circle": ("note: &a [*a]\n", "第 1 行 不支持 YAML 的引用"),
    "a late reference": ("k: &a x\n" * 8000 + "z: *a\n", "第 8001 行 不支持 YAML 的引用"),
    "large": ("note: x\n" * 30_000, "文件太大（超过 0.2 MB）"),
    "many": ("note: [" + "a," * 60_000 + "]\n", "第 1 行 内容太多（超过 20000 项）"),
    "directives": ("%TAG !a! b\n" * 15_000 + "---\nnote: x\n", "第 1 行 行首不能是「%」"),
    "key": ("note: x\n? [a]\n: 3\n", "第 2 行 「? 」或括号不能用作项的名称"),
}
# Name → an entry that alone is left out, and what is said of it.
LEFT_OUT: dict[str, tuple[str, str]] = {
    "surrogate": ('source_url: "\\ud800"', "「source_url」里有不成字的编码"),
    "bytes": ('retrieved: !!binary "aGk="', "「retrieved」不能用以「!」开头的写法"),
    "set": ("confirm: !!set {a, b}", "「confirm」不能用以「!」开头的写法"),
    "long number": ("published: 0x" + "f" * 5000, "（5002 个字），看不准是多少"),
    "hours": ("published: 1:" + "59:" * 30_000 + "1.5", "看不准是多少"),
    "truth": ("yes: 3", "不认识「yes」这一项，这里可以写 source_url"),
    "number": ("3: 4", "不认识「3」这一项"),
    "nothing": ("? \n: 3", "冒号前面空着，应当是项的名称：source_url"),
    "odd key": ('"\\ud800": 3', "不认识「\\ud800」这一项"),
    "steering": ('"\\e[31m\\u202e": 3', "不认识「\\x1b[31m\\u202e」这一项"),
    "merged": ("<<: {note: y}", "不认识「<<」这一项"),
}


@pytest.mark.parametrize("name", FATAL)
def test_a_sidecar_past_a_limit_costs_its_own_report_only(content: Path, name: str) -> None:
    """One sentence that names the sidecar; the build goes on, although the address is looked for once more."""
    text, said = FATAL[name]
    (content / WHERE).write_text(text, "utf-8")
    found = archive(content)
    assert [(one.code, one.where, one.source) for one in found.refused] == [("corrupt-file", WHERE, "")]
    assert found.refused[0].what.startswith(said)
    assert len(found.years) == 2


@pytest.mark.parametrize("name", LEFT_OUT)
def test_a_hostile_entry_is_left_out_alone(content: Path, name: str) -> None:
    """The report stays with the other entries, and the notice names the line."""
    text, said = LEFT_OUT[name]
    (content / WHERE).write_text(f"note: 示例\n{text}\n", "utf-8")
    found = archive(content)
    assert found.refused == []
    report = next(one.report for one in found.years if one.agency.id == "shili-xian")
    [notice] = [one for one in report.notices if one.code == "sidecar-fault"]
    assert report.source.note == "示例"
    assert notice.place == f"{WHERE} 第 2 行"
    assert said in notice.message


def test_of_very_many_faults_the_first_are_told(content: Path) -> None:
    """A page with ten thousand notices would help nobody. What matters most is seen wherever it stands."""
    (content / WHERE).write_text("".join(f"k{n}: 1\n" for n in range(9000)) + "excerpt: ture\n", "utf-8")
    report = next(one.report for one in archive(content).years if one.agency.id == "shili-xian")
    told: list[Notice] = [one for one in report.notices if one.code == "sidecar-fault"]
    assert len(told) == 51
    assert told[-1].message == "旁注里另有 8951 处没有采用，请先改正前面的"
    assert told[-1].place == f"{WHERE} 第 51 行起"
    assert report.source.excerpt


def test_a_sidecar_of_any_size_is_never_read_in_whole(content: Path) -> None:
    """Neither for its words nor for its digest: a file of holes says that it is four million million bytes long."""
    (content / WHERE).touch()
    agency = load_registry(content).by_id["shili-xian"]
    path = content / "reports/shili-xian/2022.txt"
    entry = Entry(agency, 2022, path, "", Region(code="990101", name="示例县", level="county", basis="registry"))
    assert keys_of([entry]) != [None]
    for size in (200_001, 4 << 40):
        os.truncate(content / WHERE, size)
        assert keys_of([entry]) == [None]
        assert [one.what for one in archive(content).refused] == ["文件太大（超过 0.2 MB）"]


def test_the_address_is_told_whatever_else_is_wrong(content: Path) -> None:
    """Who wants to see the original of a file that cannot be read finds it, if only its own entry is sound."""
    path = write_report(content, "shili-xian", 2021, "没有")
    where = "reports/shili-xian/2021.txt"
    path.with_suffix(".yml").write_text("source_url: https://example.org/a\nnota: x\nexcerpt: ture\n", "utf-8")
    assert [one.source for one in archive(content).refused] == ["https://example.org/a"]
    for text in ("source_url: javascript:alert(1)\n", "source_url: https://example.org/a\n" * 2, "- 1\n"):
        path.with_suffix(".yml").write_text(text, "utf-8")
        assert source_address(content, where) == ""


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (REGISTRY + "    aliases2: " + "[" * 3000 + "]" * 3000, 18, "层次太多"),
        (REGISTRY + "    since: 0x" + "f" * 5000, 18, "「agencies 第 2 项的 since」写的是 0xfff"),
        (REGISTRY + "    since: 1:" + "59:" * 200_000 + "1", 18, "（600003 个字），看不准是多少"),
        (REGISTRY.replace("示例县青山镇人民政府", '"\\ud800示例"'), 7, "「agencies 第 1 项的 name」里有不成字的编码"),
        (REGISTRY.replace('990101": 示例县', '990101": "\\ud800示例"'), 4, "「regions.990101」里有不成字的编码"),
        (REGISTRY.replace("[青山镇]", '!!binary "aGk="'), 11, "「agencies 第 1 项的 aliases」不能用以「!」开头的写法"),
        (REGISTRY.replace("[青山镇]", "!!set {a, b}"), 11, "「agencies 第 1 项的 aliases」不能用以「!」开头的写法"),
        (REGISTRY + "    ? \n    : 3", 18, "冒号前面空着，应当是项的名称：id、name"),
        (REGISTRY + "    yes: 3", 18, "不认识「agencies 第 2 项的 yes」这一项，这里可以写 id、name"),
        (REGISTRY + "3: 4", 18, "不认识「3」这一项，这里可以写 regions、agencies"),
        (REGISTRY + "    <<: {parent: x}", 18, "不认识「agencies 第 2 项的 <<」这一项"),
        ("%TAG !a! b\n" * 300_000 + "---\n" + REGISTRY, 1, "行首不能是「%」"),
        (REGISTRY + "".join(f"k{n}: 1\n" for n in range(40_000)) + "z: *a\n", 40_018, "不支持 YAML 的引用"),
        (REGISTRY + "".join(f"k{n}: 1\n" for n in range(40_000)), 37, "另有 39980 处"),
    ],
)
def test_a_hostile_registry_is_one_sentence(content: Path, text: str, line: int, said: str) -> None:
    """With the file, the right line and what would be right; in time."""
    (content / "agencies.yml").write_text(text, "utf-8")
    before = time.process_time()
    with pytest.raises(ConfigError) as error:
        load_registry(content)
    assert time.process_time() - before < SECONDS
    assert error.value.where == str(content / "agencies.yml")
    assert f"第 {line} 行 " in error.value.what
    assert said in error.value.what
    assert error.value.hint
