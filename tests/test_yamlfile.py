"""Faults in the files that people write: every one named in one run, with its line and what would be right."""

import os
from pathlib import Path

import pytest
from fictional import REGISTRY

from generator.archive import Registry, Sidecar, load_registry
from generator.checks import Limits
from generator.config import SiteConfig, load_budget, load_config, load_limits
from generator.errors import ConfigError
from generator.yamldoor import REGISTRY as REGISTRY_BOUNDS
from generator.yamlfile import load_entries, load_yaml

BIG = "".join(f"k{n}: 1\n" for n in range(60_000))
MODELS = {"registry": Registry, "limits": Limits, "site": SiteConfig}


def fault(tmp_path: Path, text: str, model: str = "registry") -> str:
    path = tmp_path / "x.yml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as error:
        load_yaml(path, MODELS[model])
    assert str(error.value).startswith(f"{path}：")
    return error.value.what


@pytest.mark.parametrize(
    ("model", "text", "said"),
    [
        ("limits", "copy_own: true", "第 1 行 「copy_own」写的是 true，应当是数，不加引号"),
        ("limits", 'copy_own: "0.8"', "第 1 行 「copy_own」写的是 「0.8」，应当是数，不加引号"),
        ("limits", "copy_own: .nan", "应当是有限的数"),
        ("limits", "jump_times: .inf", "应当是有限的数"),
        ("limits", "peer_count: yes", "写的是 true，应当是整数"),
        ("limits", "jump_least:", "第 1 行 「jump_least」空着，应当是整数"),
        ("limits", "jump_least: {a: 1}", "写的是 一组「项: 内容」，应当是整数"),
        ("limits", "jump_lest: 1", "不认识「jump_lest」这一项，是不是「jump_least」？"),
        ("limits", "jump_times: 5\njump_times: 6", "第 2 行 「jump_times」写了两次，第 1 行已经有了"),
        ("limits", "- 5", "应当是「项: 内容」"),
        ("limits", "jump_times：5", "第 1 行 冒号用了全角"),
        ("limits", "jump_times: 5\n\tjump_least: 1", "第 2 行 行首用了制表符"),
        ("limits", "jump_times: 5\n jump_least: 1", "第 2 行 这里不能有冒号"),
        ("limits", "jump_times: 5\n---\njump_least: 1", "第 2 行 文件里有两份内容"),
        ("site", "name: '示例", "引号没有配对"),
        ("site", "name: `示例`", "第 1 行 以「`」开头的文字要加引号"),
        ("site", "name: &a 示例\ntagline: *a", "第 2 行 不支持 YAML 的引用"),
        ("site", "name: !!python/name:os.system x", "不能用以「!」开头的写法"),
        ("site", "name: " + "[" * 5000, "第 1 行"),
        ("site", "name: 1", "应当是文字"),
        ("site", "name: ''", "至少要有 1 个字"),
        ("site", "titel: 示例", "这里可以写 name、tagline"),
        ("site", "tagline: 示例\nname: " + "[" * 3000 + "]" * 3000, "第 2 行 层次太多（超过 50 层）"),
        ("site", "tagline: 示例\nname: 0x" + "f" * 5000, "第 2 行 「name」写的是 0xfff"),
        ("site", 'tagline: 示例\nname: "\\ud800示例"', "第 2 行 「name」里有不成字的编码"),
        ("site", 'tagline: 示例\n"\\ud800": 示例', r"第 2 行 不认识「\ud800」这一项"),
        ("site", 'tagline: 示例\n"\\e[31m": 示例', r"第 2 行 不认识「\x1b[31m」这一项"),
        ("site", 'tagline: 示例\nname: "示\\e[31m例"', "第 2 行 「name」里有看不见的控制字符"),
        ("site", "tagline: |示例", "第 1 行 「|」和「>」后面要换行"),
        ("site", "tagline: *示例", "第 1 行 以「&」或「*」开头的文字要加引号"),
        ("site", "tagline: 示例\nyes: 1", "第 2 行 不认识「yes」这一项，这里可以写 name"),
        ("site", "tagline: 示例\n3: 4", "第 2 行 不认识「3」这一项，这里可以写 name"),
        ("site", "tagline: 示例\n? \n: 4", "第 2 行 冒号前面空着，应当是项的名称：name"),
        ("site", "tagline: 示例\n? [a]\n: 4", "第 2 行 「? 」或括号不能用作项的名称"),
        ("site", "tagline: 示例\n<<: {name: 示例}", "第 2 行 不认识「<<」这一项"),
        ("site", 'tagline: 示例\nname: !!binary "aGk="', "第 2 行 「name」不能用以「!」开头的写法"),
        ("site", "tagline: 示例\nname: !!set {a, b}", "第 2 行 「name」不能用以「!」开头的写法"),
        ("site", "!!set {a, b}", "第 1 行 文件不能用以「!」开头的写法"),
        ("site", "%TAG !a! b\n---\nname: 示例", "第 1 行 行首不能是「%」"),
        ("site", "tagline: 示例\nname: 示\x07例", "第 2 行 有看不见的控制字符"),
        ("site", 'tagline: "示\u2028例"\nname: 3', "第 2 行 「name」写的是 3"),
        ("site", "tagline: |\n  甲\n  \t乙\n  丙\n\nname: b: c", "第 6 行 这里不能有冒号"),
        ("limits", "jump_times: 010", "第 1 行 「jump_times」写的是 010，看不准是多少"),
        ("limits", "jump_times: 1_000", "第 1 行 「jump_times」写的是 1_000，看不准是多少"),
        ("limits", "jump_times: 1:30", "第 1 行 「jump_times」写的是 1:30，看不准是多少"),
        ("limits", "jump_times: 0x_", "第 1 行 「jump_times」写的是 0x_，看不准是多少"),
        ("limits", "jump_times: 1:" + "59:" * 20_000 + "1.5", "（60005 个字），看不准是多少"),
        ("limits", "jump_times: 0.10000000000000000001", "看不准是多少"),
        ("registry", 'regions: {"990000": "\\ud800示例"}', "第 1 行 「regions.990000」里有不成字的编码"),
        ("registry", "regions:\n  990000: 示例省", '第 2 行 「990000」作项的名称要加引号，写作 "990000"'),
        ("registry", "regions: [1]", "「regions」写的是 一个列表，应当是「项: 内容」"),
        ("registry", "agencies: {a: 1}", "写的是 一组「项: 内容」，应当是列表"),
        ("registry", "agencies:\n  - 示例县", "第 2 行 「agencies 第 1 项」写的是 「示例县」，应当是「项: 内容」"),
        ("registry", 'regions: {"99": 示例省}', "应当是六位数字的区划代码"),
        ("registry", 'regions: {"990000": 示例 省}', "应当是名称：2 至 80 个汉字"),
    ],
)  # fmt: skip
def test_a_fault_says_what_is_wrong_and_what_would_be_right(tmp_path: Path, model: str, text: str, said: str) -> None:
    """In Chinese, with its line, whatever kind of fault it is."""
    assert said in fault(tmp_path, f"{text}\n", model)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("missing: [{year: 2020, reason: unpublished, note: 示例, checked: 2999-05-06}]", "2999-05-06，这一天还没有到"),
        ("missing: [{year: 2999, reason: uncollected}]", "2999，这一年度还没有到"),
        ("mising: []", "是不是「missing」？"),
        ("missing: [{year: 2020, reason: uncollected, nota: 示例}]", "是不是「note」？"),
        ("level: 县级", "只能是 central、province"),
    ],
)
def test_a_fault_in_an_entry(content: Path, entry: str, said: str) -> None:
    """Dates and years that have not come yet, and keys that do not exist, in the registry's last line."""
    key = entry.partition(":")[0]
    lines = [line for line in REGISTRY.splitlines() if key != "level" or line != "    level: county"]
    (content / "agencies.yml").write_text("\n".join([*lines, f"    {entry}", ""]), "utf-8")
    with pytest.raises(ConfigError, match=f"第 {len(lines) + 1} 行 ") as error:
        load_registry(content)
    assert said in str(error.value)


def test_all_faults_are_named_in_one_run(content: Path) -> None:
    """Keys given twice, wrong values and unknown keys together; so are faults across entries. By line."""
    registry = REGISTRY.replace("level: township", "level: village").replace("parent", "")
    (content / "agencies.yml").write_text(registry + "    aliases: []\n    surprise: 1\n", "utf-8")
    with pytest.raises(ConfigError) as error:
        load_registry(content)
    assert [error.value.what.index(f"第 {line} 行") for line in (8, 18, 19)] == sorted(
        error.value.what.index(f"第 {line} 行") for line in (8, 18, 19)
    )
    twice = REGISTRY.replace("id: shili-xian", "id: shili-qingshan") + "    parent: nobody\n    since: 2023\n"
    (content / "agencies.yml").write_text(twice.replace('"990101": 示例县', '"990102": 示例县'), "utf-8")
    with pytest.raises(ConfigError) as error:
        load_registry(content)
    for said in ("第 12 行 机关代号「shili-qingshan」用了两次", "没有登记", "请补上", "矛盾"):
        assert said in error.value.what


def test_references_cannot_blow_up(tmp_path: Path) -> None:
    """A few lines of references to references would be gigabytes: they are refused before anything is made of them."""
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert "不支持 YAML 的引用" in fault(tmp_path, "\n".join(lines))


@pytest.mark.parametrize("size", [1_000_001, 4 << 40])
def test_what_is_too_large_is_not_read(tmp_path: Path, size: int) -> None:
    """The size is asked first: nobody has the memory for a file of four million million bytes."""
    path = tmp_path / "x.yml"
    path.touch()
    os.truncate(path, size)
    with pytest.raises(ConfigError, match="文件太大（超过 1 MB）"):
        load_yaml(path, SiteConfig)


@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
def test_what_is_no_regular_file_is_not_opened(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x.yml"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "link":
        path.symlink_to("/dev/zero")
    else:
        path.mkdir()
    with pytest.raises(ConfigError, match="这不是普通文件"):
        load_yaml(path, SiteConfig)


def test_a_setting_that_is_no_regular_file_is_not_passed_over(tmp_path: Path) -> None:
    """With the defaults in its stead the site would say other things, and nobody would know why."""
    for name, load in (("site.yml", load_config), ("checks.yml", load_limits), ("reading.yml", load_budget)):
        (tmp_path / name).symlink_to("nowhere.yml")
        with pytest.raises(ConfigError, match=f"{name}：这不是普通文件"):
            load(tmp_path)


def test_very_many_entries_are_refused_and_very_many_faults_counted(tmp_path: Path) -> None:
    """In a sentence that can be read, and long before it would tire anybody."""
    assert "第 50000 行 内容太多（超过 100000 项）" in fault(tmp_path, BIG)
    said = fault(tmp_path, "".join(f"k{n}: 1\n" for n in range(20_000)))
    assert said.endswith("第 20 行 不认识「k19」这一项，这里可以写 regions、agencies；另有 19980 处")
    assert fault(tmp_path, "\ta: b\n" * 1000).endswith("第 20 行 行首用了制表符（Tab），请改成空格；另有 980 处")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x: [\n", "这里少了内容，或者括号没有配对"),
        ("x: [a\ny: b\n", "方括号没有配对"),
        ("x: {a: b\ny: b\n", "花括号没有配对"),
        ("x: 'a\n", "引号没有配对"),
        ("x: b: c\n", "这里不能有冒号"),
        ("x: `a`\n", "以符号开头的文字要加引号"),
        ("x:\n  - a\n  b: c\n", "缩进与上面不齐"),
        ("x: *k\n", "不支持 YAML 的引用"),
    ],
)
def test_a_large_file_is_parsed_by_the_quick_parser_alone(tmp_path: Path, text: str, said: str) -> None:
    """The slow one takes a minute to come to the end of a large registry; the words are nearly as good."""
    path = tmp_path / "agencies.yml"
    path.write_text(BIG + text, "utf-8")
    with pytest.raises(ConfigError, match=f"第 6000[1-4] 行 {said}") as error:
        load_yaml(path, Registry, bounds=REGISTRY_BOUNDS)
    assert "；" not in error.value.what


def test_plain_values_are_what_they_look_like(tmp_path: Path) -> None:
    """Numbers, dates, true and false, nothing: as people write them, and as the models want them."""
    path = tmp_path / "x.yml"
    path.write_text("jump_times: 2.50\npeer_count: 12\ncopy_own: 0.5\njump_least: +7\n", "utf-8")
    limits = load_yaml(path, Limits)
    assert (limits.jump_times, limits.peer_count, limits.copy_own, limits.jump_least) == (2.5, 12, 0.5, 7)
    lines = "{cell: a, from: 0, to: 96171.60, reason: 甲, evidence: 乙, date: 2024-05-07}"
    path.write_text(f"published: 2023-01-29\nexcerpt: no\nnote: =\ncorrections:\n  - {lines}\n", "utf-8")
    sidecar, told = load_entries(path, Sidecar)
    assert told == []
    assert (sidecar.published, sidecar.excerpt, sidecar.note) == ("2023-01-29", False, "=")
    assert (sidecar.corrections[0].printed, sidecar.corrections[0].to) == ("0", "96171.6")


def test_no_figure_of_a_correction_is_another_than_it_looks(tmp_path: Path) -> None:
    """YAML of old reads 0123 as 83 and 1:30 as 90: the entry is left out, and told."""
    path = tmp_path / "x.yml"
    for figure in ("0123", "0x10", "0b11", "1_0", "1:30", "1:30.5", "123456789.12345678901", "1" * 30):
        line = f"{{cell: a, from: '1', to: {figure}, reason: 甲, evidence: 乙, date: 2024-05-07}}"
        path.write_text(f"note: 示例\ncorrections:\n  - {line}\n", "utf-8")
        sidecar, told = load_entries(path, Sidecar)
        assert (sidecar.note, sidecar.corrections) == ("示例", [])
        assert [fault.line for fault in told] == [3]
        assert f"「corrections 第 1 项的 to」写的是 {figure}，看不准是多少" in told[0].what


@pytest.mark.parametrize("mark", ["01234567", "00000000", "12345678", "0b101010", "3f2a9c1e"])
def test_a_mark_of_digits_is_taken_as_it_is_written(tmp_path: Path, mark: str) -> None:
    """Eight hex digits may look like a number of some kind to YAML; copied without quotation marks they hold."""
    path = tmp_path / "x.yml"
    said = "decision: confirmed, reason: 甲, office: 示例办, date: 2024-05-07"
    path.write_text(f"reviews:\n  - {{finding: a, {said}, seen: {mark}}}\n", "utf-8")
    sidecar, told = load_entries(path, Sidecar)
    assert (told, [one.seen for one in sidecar.reviews]) == ([], [mark])


def test_what_is_left_out_is_left_out_whole(tmp_path: Path) -> None:
    """An item with a key given twice, and a key given twice, are left out; nothing is guessed from either."""
    path = tmp_path / "x.yml"
    path.write_text("note: 甲\nnote: 乙\nretrieved: 2024-01-01\nconfirm: [year, agency, x]\n", "utf-8")
    sidecar, told = load_entries(path, Sidecar)
    assert (sidecar.note, sidecar.retrieved, sidecar.confirm) == ("", "2024-01-01", ["year", "agency"])
    assert [fault.line for fault in told] == [2, 4]
