"""The docs folder as the accelerator sees it: what MkDocs sees, in its order, walked through or told by the caller."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import get_files

from generator.engine.sources import NoShortcut, arranged, walk
from generator.engine.stamps import Stamp, stamp_of

PATHS = ("b.md", "a/x.md", "a/README.md", "a-b/y.md", "a/b/z.md", "c.md", "a/index/q.txt", "ab/index.md", "a!/k.css")


def told(docs: Path, paths: Iterable[str]) -> list[tuple[str, Stamp]]:
    return [(path, stamp_of((docs / path).stat())) for path in paths]


def write(docs: Path, paths: Iterable[str]) -> None:
    for path in paths:
        (docs / path).parent.mkdir(parents=True, exist_ok=True)
        (docs / path).write_text(path)


def test_the_order_is_that_of_mkdocs(tmp_path: Path) -> None:
    """Files before folders, index first, a/b before a-b; told in any order it is the same."""
    write(tmp_path, PATHS)
    config = MkDocsConfig()
    config.load_dict({"site_name": "示例", "docs_dir": str(tmp_path), "site_dir": str(tmp_path / "site")})
    config.validate()
    found = walk(str(tmp_path))
    assert [source.path for source in found] == [file.src_uri for file in get_files(config)]
    assert [source.target for source in found] == [file.dest_uri for file in get_files(config)]
    assert arranged(told(tmp_path, sorted(PATHS))) == found
    assert arranged(told(tmp_path, reversed(PATHS))) == found


_NAMES = st.sampled_from(["a", "b", "a-b", "a.b", "ab", "index", "文"])


@given(st.sets(st.lists(_NAMES, min_size=1, max_size=4).map(lambda parts: "/".join(parts) + ".txt"), max_size=12))
def test_folders_are_gone_down_one_by_one(paths: set[str]) -> None:
    """However names begin alike: all of a folder is together, its files before its folders."""
    order = [source.path for source in arranged((path, Stamp(0, 0, 0)) for path in paths)]
    places = [tuple((1, part) for part in path.split("/")[:-1]) for path in order]
    assert places == sorted(places)
    assert {*order} == paths


@pytest.mark.parametrize("path", [".hidden", "a/.b/c.md", "a/.c", "templates/x.md", "templates"])
def test_what_mkdocs_leaves_out_is_left_to_it(tmp_path: Path, path: str) -> None:
    """Hidden files and the folder for templates: found or told of, it is no shortcut."""
    write(tmp_path, [path, "a/templates/y.md"])
    with pytest.raises(NoShortcut, match="MkDocs 不收的文件"):
        walk(str(tmp_path))
    with pytest.raises(NoShortcut, match="MkDocs 不收的文件"):
        arranged(told(tmp_path, [path, "a/templates/y.md"]))


def test_links_are_left_to_mkdocs(tmp_path: Path) -> None:
    """Who walks finds them."""
    (tmp_path / "a.md").symlink_to("b.md")
    with pytest.raises(NoShortcut, match="符号链接"):
        walk(str(tmp_path))
