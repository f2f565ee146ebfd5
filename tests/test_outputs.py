"""A build writes where it may: what people have in a folder is never cleared away with what a build made there."""

import subprocess
import sys
from pathlib import Path

import pytest

from generator.demo.archive import Options, write_demo
from generator.errors import ConfigError
from generator.outputs import check_outputs


@pytest.fixture
def project(tmp_path: Path) -> Path:
    place = tmp_path / "project"
    write_demo(place, Options(2, 1, 1, ("txt",), 0.0, 1), Path())
    return place


def _held(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def nianbao(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "generator", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("option", ["--site-dir", "--store", "--docs"])
@pytest.mark.parametrize(
    "folder",
    ["content", "content/reports", "content/new", "site_config", ".", "..", "/", "../mine", "../link", "build"],
)
def test_nothing_of_anybody_is_cleared_away(project: Path, option: str, folder: str) -> None:
    """The archive itself, the project, or a folder of somebody's: one sentence, and not a byte is another."""
    mine = project.parent / "mine"
    mine.mkdir()
    (mine / "letters.txt").write_text("私人文件", "utf-8")
    (project.parent / "link").symlink_to(project / "content")
    before = _held(project.parent)
    said = nianbao(project, "build", option, folder)
    assert said.returncode == 2, said.stdout + said.stderr
    assert said.stderr.startswith("错误：--")
    assert f"{option} {folder}" in said.stderr
    assert said.stderr.count("\n") == 1
    assert _held(project.parent) == before


def test_two_outputs_are_two_folders(tmp_path: Path) -> None:
    for store, docs in (("one", "one"), ("one", "one/in"), ("one/in", "one")):
        with pytest.raises(ConfigError, match="各用各的文件夹"):
            check_outputs({}, {"--store": tmp_path / store, "--docs": tmp_path / docs}, tmp_path)


def test_what_a_build_made_is_its_own_again(project: Path) -> None:
    """Also where the locks beside it are gone: a site or store that was copied from elsewhere."""
    assert nianbao(project, "build").returncode == 0
    for lock in (*project.glob(".*.lock"), *project.glob("build/.*.lock")):
        lock.unlink()
    assert nianbao(project, "build").returncode == 0


def test_a_link_is_no_folder_to_build_into(project: Path) -> None:
    """It would be renamed, and what it leads to would stay as it was."""
    (project / "real").mkdir()
    (project / "link").symlink_to(project / "real")
    said = nianbao(project, "build", "--site-dir", "link")
    assert said.returncode == 2
    assert "--site-dir link：这是符号链接，生成时换不了。请写它指向的文件夹" in said.stderr
    assert nianbao(project, "build", "--site-dir", "real").returncode == 0


def test_a_page_of_ones_own_in_the_place_of_ours_is_no_detour(project: Path) -> None:
    """It stands in the docs folder once, and the site is made as quickly as any other, every time."""
    pages = project / "site_config/pages"
    pages.mkdir(exist_ok=True)
    (pages / "index.md").write_text("# 首页\n\n自己写的首页。\n", "utf-8")
    for _ in range(2):
        said = nianbao(project, "build")
        assert said.returncode == 0
        assert "MkDocs 原样制作" not in said.stdout + said.stderr
        assert "自己写的首页" in (project / "site/index.html").read_text("utf-8")


def test_a_folder_of_settings_that_is_not_there_is_told(project: Path) -> None:
    for command in ("build", "check"):
        said = nianbao(project, command, "--config", "nope")
        assert said.returncode == 2
        assert "nope：没有这个文件夹" in said.stderr


def test_a_port_in_use_is_told_before_anything_is_built(project: Path) -> None:
    import socketserver

    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as server:
        port = server.server_address[1]
        said = nianbao(project, "serve", "--port", str(port))
    assert said.returncode == 2
    assert f"端口 {port} 用不了（已被占用）" in said.stderr
    assert not (project / "site").exists()
