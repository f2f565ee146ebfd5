"""Faults in mkdocs.yml are told in Chinese with their line, before anything is read where that is possible."""

from pathlib import Path

import pytest

from generator.engine import render
from generator.errors import BuildError, ConfigError
from generator.mkdocs_file import check_mkdocs, explained

ROOT = Path(__file__).parents[1]
SOUND = "site_name: 示例\ntheme: mkdocs\nnav:\n  - 首页: index.md\n"


def test_the_projects_own_file_is_sound() -> None:
    check_mkdocs(ROOT / "mkdocs.yml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("site_name: 示例\n\ttheme: x\n", "第 2 行 行首用了制表符"),
        ("site_name：示例\n", "第 1 行"),
        ("site_name: 示例\nsite_name: 别的\n", "第 2 行 「site_name」写了两次，第 1 行已经有了"),
        ("site_name: 示例\ntheme:\n  name: a\n  name: b\n", "第 4 行 「name」写了两次"),
        ("site_name: 示例\nsite_nam: 示例\n", "第 2 行 不认识「site_nam」这一项，是不是「site_name」？"),
        ("site_name: 示例\n titel: x\n", "第 2 行 这里不能有冒号"),
        ("- a\n", "应当是「项: 内容」"),
        ("nav: [\n", "第 2 行"),
        ("site_name: 示例\nextra: " + "[" * 3000 + "]" * 3000 + "\n", "第 2 行 层次太多"),
        ("site_name: 示例\nnav: &a [*a]\n", "第 2 行 不支持 YAML 的引用"),
        ("site_name: 示例\nrepo_name: 0x" + "f" * 5000 + "\n", "第 2 行 数太长（5002 个字）"),
        ("site_name: 示例\nrepo_name: " + "1" * 5000 + "\n", "第 2 行 数太长（5000 个字）"),
        ("site_name: 示例\nrepo_name: 2024-13-45\n", "第 2 行 「2024-13-45」不能用"),
        ("site_name: 示例\nextra: {a: !!int x}\n", "第 2 行 「x」不能用"),
        ("site_name: 示例\nextra: !what {a: b}\n", "第 2 行 「!what」不能用：以「!」开头的只有 !ENV、!relative"),
        ('site_name: "\\ud800"\n', "第 1 行 里有不成字的编码"),
        ("site_name: 示例\n? [a, b]\n: 3\n", "第 2 行 「? 」或括号不能用作项的名称"),
        ("site_name: 示例\n1: 3\n", "第 2 行 不认识「1」这一项"),
    ],
)
def test_a_fault_is_told_before_anything_is_read(tmp_path: Path, text: str, said: str) -> None:
    """YAML, keys given twice, unknown keys: file, line, what is wrong, what would be right."""
    path = tmp_path / "mkdocs.yml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as error:
        check_mkdocs(path)
    assert str(error.value).startswith(f"{path}：第 ")
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SOUND.replace("theme: mkdocs", "theme: nothing"), "第 2 行 「theme」写的主题「nothing」没有安装"),
        (SOUND + "plugins: [nothing]\n", "第 5 行 「plugins」写的插件「nothing」没有安装"),
        (SOUND + "markdown_extensions: [nothing]\n", "第 5 行 「markdown_extensions」写的扩展「nothing」没有安装"),
        (SOUND + "site_url: example\n", "第 5 行 「site_url」不是网址"),
        (SOUND + "copyright: 3\n", "第 5 行 「copyright」写的是整数，应当是文字"),
        (SOUND.replace("  - 首页: index.md", "  a: index.md"), "第 3 行 「nav」应当是列表"),
        (SOUND + "  - 没有: nothing.md\n", "第 5 行 nav 里的「nothing.md」没有这个页面"),
        ("theme: mkdocs\n", "「site_name」没有写"),
        (SOUND + "theme_dir: x\n", "theme_dir"),
        (SOUND.replace("theme: mkdocs", "theme: {name: mkdocs, custom_dir: []}"), "有一项的内容不是那里该有的"),
    ],
)
def test_what_mkdocs_says_is_told_in_chinese(tmp_path: Path, text: str, said: str) -> None:
    """Values that MkDocs refuses, and pages of the menu that are not there."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.md").write_text("# 示例\n", "utf-8")
    path = tmp_path / "mkdocs.yml"
    path.write_text(text, "utf-8")
    with pytest.raises(BuildError) as error:
        render(path, docs, tmp_path / "site", tmp_path / "cache", None)
    assert said in str(error.value)


def test_what_is_not_known_is_quoted(tmp_path: Path) -> None:
    """Nothing that MkDocs says is lost, and it is said whose words they are."""
    path = tmp_path / "mkdocs.yml"
    path.write_text(SOUND, "utf-8")
    assert explained(path, ["Something new"]) == ["MkDocs 的原话：Something new"]
    assert explained(path, ["Doc file 'a.md' contains a link 'b.md', but the target is not found"]) == [
        "页面「a.md」里的链接「b.md」没有去处"
    ]
