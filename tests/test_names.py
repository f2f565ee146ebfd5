"""Files and folders of any name and kind under content/: one clear sentence each, and the sound reports are read."""

import json
import os
import re
import socket
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from fictional import report_text
from test_archive import SOUND, archive, keys, refused

from generator.cli import main
from generator.pipeline import Built, Folders
from generator.terminal import json_text, plain_line

XIAN = "reports/shili-xian"
REPORT = report_text(2021, "示例县人民政府").encode()
STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

# Name in an agency's folder → code of the refusal, and how the name is shown.
NAMES: dict[str | bytes, tuple[str, str]] = {
    "CON.txt": ("unsafe-name", "CON.txt"),
    "aux": ("unsafe-name", "aux"),
    "-2021.txt": ("unsafe-name", "-2021.txt"),
    "--help": ("unsafe-name", "--help"),
    "2021 .txt": ("unsafe-name", "2021 .txt"),
    "2021.txt ": ("unsupported-format", "2021.txt "),
    "2021.txt.": ("unsafe-name", "2021.txt."),
    "2021\n.txt": ("unsafe-name", r"2021\n.txt"),
    "\n::error file=x::y.txt": ("unsafe-name", r"\n::error file=x::y.txt"),
    "::error::x.txt": ("unsafe-name", "::error::x.txt"),
    "2021.\x1b[31m": ("unsupported-format", r"2021.\x1b[31m"),
    "2021\x9b31m.txt": ("unsafe-name", r"2021\x9b31m.txt"),
    "2021\u202etxt.exe": ("unsafe-name", r"2021\u202etxt.exe"),
    b"2021\xff.txt": ("unsafe-name", r"2021\xff.txt"),
    b"2021.\xfe": ("unsupported-format", r"2021.\xfe"),
    "２０２１.txt": ("unsafe-name", "２０２１.txt"),
    "²⁰²¹.txt": ("unsafe-name", "²⁰²¹.txt"),
    "٢٠٢١.txt": ("unsafe-name", "٢٠٢١.txt"),
    "a" * 251 + ".txt": ("unsafe-name", "a" * 251 + ".txt"),
    "政" * 84 + ".t": ("unsafe-name", "政" * 84 + ".t"),
    "2021." + "t" * 250: ("unsupported-format", "2021." + "t" * 250),
    unicodedata.normalize("NFD", "é.txt"): ("unsafe-name", unicodedata.normalize("NFD", "é.txt")),
    "a\\..\\b.txt": ("unsafe-name", "a\\..\\b.txt"),
    "%2e%2e%2f.txt": ("unsafe-name", "%2e%2e%2f.txt"),
    "$(id).txt": ("unsafe-name", "$(id).txt"),
    "<script>.txt": ("unsafe-name", "<script>.txt"),
    "2022~": ("unsafe-name", "2022~"),
    "2022.bak": ("unsupported-format", "2022.bak"),
    "2022.txt.orig": ("unsafe-name", "2022.txt.orig"),
    "2022 (1).txt": ("unsafe-name", "2022 (1).txt"),
    "2022 - 副本.txt": ("unsafe-name", "2022 - 副本.txt"),
}


def write(folder: Path, name: str | bytes, data: bytes = REPORT) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with open(os.path.join(os.fsencode(folder), os.fsencode(name)), "wb") as file:
        file.write(data)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:24])
def test_a_file_of_any_name_is_refused_alone(content: Path, name: str | bytes) -> None:
    """It is listed once, by a name that shows all its characters; the sound reports are read."""
    code, shown = NAMES[name]
    write(content / XIAN, name)
    found = archive(content)
    assert (keys(found), refused(found)) == (SOUND, [(code, f"{XIAN}/{shown}")])
    assert found.refused[0].what
    assert found.refused[0].hint
    assert not STEERING.search(str(found.refused[0]))


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as line:
        before = Path.cwd()
        os.chdir(path.parent)  # an address of this kind may not be long
        line.bind(path.name)
        os.chdir(before)


def _folder(path: Path) -> None:
    path.mkdir()
    write(path / "深" / "更深", "2021.txt")


def _dangling(path: Path) -> None:
    path.symlink_to("nowhere")


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _outside(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def _folder_outside(path: Path) -> None:
    path.symlink_to("/etc")


def _inside(path: Path) -> None:
    path.symlink_to("2022.txt")


KINDS = {
    _pipe: {"2021.txt": "unsupported-format", "2021.yml": "unsafe-name", "x": "unsafe-name"},
    _socket: {"2021.txt": "unsupported-format", "x": "unsafe-name"},
    _folder: {"2021.txt": "unsafe-name", "2021": "unsafe-name", "x": "unsafe-name"},
    **{
        link: {"2021.txt": "symlink", "2021": "symlink", "x": "symlink"}
        for link in (_dangling, _loop, _outside, _folder_outside, _inside)
    },
}


@pytest.mark.parametrize(("make", "name"), [(make, name) for make in KINDS for name in KINDS[make]])
def test_what_is_no_regular_file_is_neither_opened_nor_followed(
    content: Path, make: Callable[[Path], None], name: str
) -> None:
    """A pipe would block, a link lead out of the archive, a folder be forgotten."""
    make(content / XIAN / name)
    found = archive(content)
    assert (keys(found), refused(found)) == (SOUND, [(KINDS[make][name], f"{XIAN}/{name}")])


@pytest.mark.parametrize(
    ("folder", "code", "told"),
    [
        ("Shili-Xian", "agency-missing", "只差大小写"),
        ("ｓhili-xian", "agency-missing", "全角"),
        ("shili-xian ", "agency-missing", "只差"),
        ("..shili-xian", None, ""),
        ("con", "agency-missing", "没有在 agencies.yml 登记"),
        ("示例\x1b[2J", "agency-missing", r"「示例\x1b[2J」"),
        ("::error::", "agency-missing", "没有在"),
    ],
)
def test_a_folder_of_any_name_is_told(content: Path, folder: str, code: str | None, told: str) -> None:
    """Also one that on another system would be the folder of an agency, and what systems leave behind in it is not."""
    write(content / "reports" / folder, "2021.txt")
    write(content / "reports" / folder, ".DS_Store")
    found = archive(content)
    assert keys(found) == SOUND
    assert [refusal.code for refusal in found.refused] == ([code] if code else [])
    assert told in "".join(str(refusal) for refusal in found.refused)


def test_an_empty_folder_of_nobody_is_told(content: Path) -> None:
    (content / "reports/nobody").mkdir()
    assert refused(archive(content)) == [("agency-missing", "reports/nobody")]


@pytest.mark.parametrize("name", ["Thumbs.db", "desktop.ini", "~$2022.docx", ".2022.txt.swp", "Icon\r"])
def test_what_systems_leave_behind_is_passed_over(content: Path, name: str) -> None:
    write(content / XIAN, name, b"\0")
    assert (keys(archive(content)), refused(archive(content))) == (SOUND, [])


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may open anything")
@pytest.mark.parametrize(("name", "code"), [("2022.txt", "corrupt-file"), ("", "corrupt-file")])
def test_what_may_not_be_opened_is_told(content: Path, name: str, code: str) -> None:
    path = content / XIAN / name
    path.chmod(0)
    found = archive(content)
    path.chmod(0o755)
    assert (keys(found), [refusal.code for refusal in found.refused]) == (SOUND - {("shili-xian", 2022)}, [code])


def test_the_same_bytes_twice_are_one_report(content: Path) -> None:
    """Of two files of the same bytes for one agency-year one is taken, the other told; of different ones neither is."""
    path = content / XIAN / "2022.txt"
    write(content / XIAN, "2022.md", path.read_bytes())
    found = archive(content)
    assert (keys(found), refused(found)) == (SOUND, [("duplicate-report", f"{XIAN}/2022.txt")])
    write(content / XIAN, "2022.md", path.read_bytes() + b" ")
    found = archive(content)
    assert keys(found) == SOUND - {("shili-xian", 2022)}
    assert refused(found) == [("duplicate-report", f"{XIAN}/2022.{end}") for end in ("md", "txt")]


@pytest.mark.parametrize("name", ["2022.yaml", "2022.YML"])
def test_a_sidecar_with_a_wrong_ending_keeps_its_report_off_the_site(content: Path, name: str) -> None:
    """It may hold what clears the office; without it nothing may be published."""
    write(content / XIAN, name, b"excerpt: true\n")
    found = archive(content)
    assert (keys(found), refused(found)) == (SOUND - {("shili-xian", 2022)}, [("corrupt-file", f"{XIAN}/{name}")])


@pytest.mark.parametrize("kind", [_pipe, _outside, _loop, _dangling])
@pytest.mark.parametrize("place", ["agencies.yml", f"{XIAN}/2022.yml"])
def test_words_of_ours_are_regular_files_too(content: Path, place: str, kind: Callable[[Path], None]) -> None:
    """A registry or sidecar that is a pipe or a link is told, not waited for and not followed."""
    (content / place).unlink(missing_ok=True)
    kind(content / place)
    run = CliRunner().invoke(main, ["check", "--content", str(content), "--strict"])
    assert run.exit_code in (1, 2)
    assert place in run.output
    assert "普通文件" in run.output


def test_every_bad_name_at_once(content: Path, build_anew: Callable[[Path], tuple[Folders, Built]]) -> None:
    """Build and check list each of them on a line of its own that obeys nobody; the site holds the sound reports."""
    for name in NAMES:
        write(content / XIAN, name)
    write(content / "reports/\x1b[2J", "2021.txt")
    for make in KINDS:
        make(content / XIAN / f"{make.__name__}.txt")
    folders, built = build_anew(content)
    assert keys(built.archive) == SOUND
    due = len(NAMES) + len(KINDS) + 1
    for style in ("text", "github", "json"):
        run = CliRunner().invoke(main, ["check", "--content", str(content), "--format", style, "--strict"])
        assert run.exit_code == 1
        assert [line for line in run.output.splitlines() if STEERING.search(line)] == []
        commands = [line for line in run.output.splitlines() if line.lstrip().startswith("::") or "##[" in line]
        assert len(commands) == (due if style == "github" else 0)
        assert all(line.startswith("::error file=") for line in commands)
    assert len(json.loads(run.output)["refused"]) == due
    page = (folders.site / "unsettled/index.html").read_text("utf-8") if (folders.site / "unsettled").is_dir() else ""
    assert not STEERING.search(page.replace("\n", ""))


@pytest.mark.parametrize(
    "name", ["\x1b[31mx.txt", "::error::x.txt", "##[error]x.txt", b"\xff.txt", "-x.txt", "a\nb.txt"]
)
@pytest.mark.parametrize("command", ["inspect", "inspect --json", "check", "check --format json", "add --dry-run"])
def test_a_file_named_on_the_command_line(
    content: Path, monkeypatch: pytest.MonkeyPatch, name: str | bytes, command: str
) -> None:
    """Whatever it is called, it is read, and neither its name nor its text steers what shows the answer."""
    monkeypatch.chdir(content.parent)
    write(content.parent, name, REPORT + b"\n::error::x\n##[error]x\x1b[31m\n")
    run = CliRunner().invoke(main, [*command.split(), "--", os.fsdecode(name)])
    assert run.exit_code == 0, run.output
    assert not STEERING.search(run.output.replace("\n", ""))
    assert not re.search(r"^\s*::|##\[", run.output, re.MULTILINE)


def test_lines_that_steer_nothing_keep_what_they_say() -> None:
    """Commands of a run's log are spoilt, controls written out, JSON loses nothing."""
    assert plain_line("a\nb\x1b[31m ##[x] \u202e") == r"a b\x1b[31m # #[x] \u202e"
    assert plain_line(" ::error::x").lstrip().startswith("·")
    said = {"a": "##[error]\x9b\u202e\udcff::\n"}
    assert json.loads(json_text(said)) == said
    assert json_text(said).isprintable() or not STEERING.search(json_text(said).replace("\n", ""))
