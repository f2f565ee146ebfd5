"""Faults in the files that people write: every one named in one run, with its line and what would be right."""

from pathlib import Path

import pytest
from fictional import REGISTRY

from generator.archive import Registry, Sidecar, load_registry
from generator.checks import Limits
from generator.config import SiteConfig
from generator.errors import ConfigError
from generator.yamlfile import load_entries, load_yaml

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
        ("registry", "regions: [1]", "「regions」写的是 一个列表，应当是「项: 内容」"),
        ("registry", "agencies: {a: 1}", "写的是 一组「项: 内容」，应当是列表"),
        ("registry", "agencies:\n  - 示例县", "第 2 行 「agencies.0」写的是 「示例县」，应当是「项: 内容」"),
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
        ("level: 县级", "只能是 'central'"),
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


def test_what_is_left_out_is_left_out_whole(tmp_path: Path) -> None:
    """An item with a key given twice, and a key given twice, are left out; nothing is guessed from either."""
    path = tmp_path / "x.yml"
    path.write_text("note: 甲\nnote: 乙\nretrieved: 2024-01-01\nconfirm: [year, agency, x]\n", "utf-8")
    sidecar, told = load_entries(path, Sidecar)
    assert (sidecar.note, sidecar.retrieved, sidecar.confirm) == ("", "2024-01-01", ["year", "agency"])
    assert [fault.line for fault in told] == [2, 4]
