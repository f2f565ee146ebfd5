"""A small archive that nobody published: two agencies of 示例县, written to disk by the tests that need one."""

from pathlib import Path
from tempfile import TemporaryDirectory

from samples import AGENCY, make_sample
from sheet import lay_out

from generator.demo.writers.tabs import as_tabs, as_word
from generator.parse import parse
from generator.readers import read
from generator.report import Report

REGISTRY = """\
regions:
  "990000": 示例省
  "990100": 示例市
  "990101": 示例县
agencies:
  - id: shili-qingshan
    name: 示例县青山镇人民政府
    level: township
    kind: government
    region: "990101"
    aliases: [青山镇]
  - id: shili-xian
    name: 示例县人民政府
    level: county
    kind: government
    region: "990101"
    aliases: []
"""


def report_text(year: int, agency: str = AGENCY, seed: int = 1, shape: tuple[str, bool] = ("2021", False)) -> str:
    """A sound report as a file holds it."""
    sample = make_sample(shape, seed)._replace(year=year).without_regulations()
    return (as_word if seed % 2 else as_tabs)(lay_out(sample)).replace(AGENCY, agency)


def write_report(content: Path, agency_id: str, year: int, text: str) -> Path:
    path = content / "reports" / agency_id / f"{year}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def write_archive(content: Path) -> Path:
    """Write the archive to ``content`` and return it."""
    content.mkdir(parents=True)
    (content / "agencies.yml").write_text(REGISTRY, "utf-8")
    write_report(content, "shili-qingshan", 2020, report_text(2020, seed=2, shape=("2019", False)))
    write_report(content, "shili-qingshan", 2022, report_text(2022, seed=3))
    write_report(content, "shili-xian", 2022, report_text(2022, "示例县人民政府", seed=4, shape=("2021", True)))
    return content


def read_printed(text: str, name: str = "示例.txt") -> Report:
    """What the program reads in a file that holds ``text``."""
    return read_bytes(text.encode(), name)


def read_bytes(data: bytes, name: str) -> Report:
    """What the program reads in a file of that name that holds ``data``."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        return parse(read(path, name))
