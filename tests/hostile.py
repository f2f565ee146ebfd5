"""An archive that says every payload in every place that a text can stand in: files, sidecars, metadata and names.

The registry takes no payload for a name; ``hostile_registry`` puts them there nevertheless, so that the door behind is
tried too.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from random import Random

import yaml
from fictional import report_text, write_report
from payloads import PAYLOADS
from samples import AGENCY, make_sample
from sheet import lay_out

from generator.archive import Registry, load_registry
from generator.demo.writers.html import as_html
from generator.demo.writers.office import as_docx

TOGETHER = 4  # payloads that one township says
APART = 4  # every so many townships have a page and a Word file, which say those of the next ones too
_META = ("author", "keywords", "description", "ArticleTitle", "PubDate", "ContentSource", "ColumnName", "SiteIDCode")
_DC = "http://purl.org/dc/elements/1.1/"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def write_hostile(content: Path) -> None:
    """One township for every few payloads, which says them in title, texts, tables and sidecar; and files named so."""
    agencies = []
    for number, few in enumerate(_batched(PAYLOADS, TOGETHER)):
        payload = "\n".join(few)
        agency, name = f"shili-{number:03}", f"示例县第{number}镇人民政府"
        agencies.append({"id": agency, "name": name, "level": "township", "region": "990101"})
        text = report_text(2022, name, seed=2 * number + 2)
        head, _, rest = text.partition("\n")
        said = payload.replace("\x00", "")
        line = " ".join(said.split())
        lines = rest.replace("\t0\t", f"\t{line}\t", 1).replace("总体情况", f"总体情况\n\n{said}\n", 1)
        path = write_report(content, agency, 2022, f"{head}{line}\n{lines}\n{said}\n")
        path.with_suffix(".yml").write_text(yaml.safe_dump(_sidecar(few, number), allow_unicode=True), "utf-8")
        for odd in few:
            if not set(odd) & set("/\n\x00"):
                path.with_name(f"{odd}.txt").write_text(text, "utf-8")
        if number % APART == 0:
            more = PAYLOADS[number * TOGETHER : (number + APART) * TOGETHER]
            path.with_name("2021.html").write_bytes(_page(name, more))
            path.with_name("2023.docx").write_bytes(_word(name, more))
    write_report(content, agency, 2020, f"\0{payload}")  # a page of what could not be read
    registry = {"regions": {"990000": "示例省", "990100": "示例市", "990101": "示例县"}, "agencies": agencies}
    (content / "agencies.yml").write_text(yaml.safe_dump(registry, allow_unicode=True, sort_keys=False), "utf-8")


def _batched(items: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _sidecar(few: list[str], number: int) -> dict[str, object]:
    """Every item says the payloads: where any text may stand, where only an address or a day may, and as its name."""
    said = "\n".join(few).replace("\x00", "")
    told = {"reason": said, "date": "2024-05-01"}
    plain = re.sub(r"[\s\"'<>\\]", "", said)[:400]  # what an address may hold
    return {
        "note": said,
        "source_url": said if number % 2 else f"https://example.org/{plain}",
        "published": said,
        "retrieved": said,
        "confirm": ["agency", "year", said],
        said[:90]: said,
        "reviews": [{"finding": "requests-sum-x", "decision": "dismissed", "seen": "00000000", "office": said, **told}],
        "corrections": [{"cell": "requests/new/total", "from": said[:60], "to": "1", "evidence": said, **told}],
    }


def _page(name: str, payloads: list[str]) -> bytes:
    """A page that says the payloads of itself: its title and its ``<meta>`` elements."""
    made = as_html(lay_out(make_sample(("2021", False), 1)._replace(year=2021)), Random(1)).decode()
    said = ""
    for number, one in enumerate(map(escape, payloads)):
        called = one if number % 2 else _META[number // 2 % len(_META)]
        said += f'<meta name="{called}" content="{one}">'
    titled = f"<title>{name}2021年{escape(' '.join(payloads[0].split()))}</title>"
    return re.sub("<title>.*?</title>", lambda _: titled + said, made).replace(AGENCY, name).encode()


def _word(name: str, payloads: list[str]) -> bytes:
    """A Word file that says the payloads in its properties and its page headers."""
    shown = [escape(re.sub("[\x00-\x1f]", " ", payload)) for payload in payloads]
    sheet = lay_out(make_sample(("2021", False), 1)._replace(year=2023))
    made = io.BytesIO(as_docx([one.replace(AGENCY, name) if isinstance(one, str) else one for one in sheet], Random(1)))
    titles = "".join(f"<dc:title>{one}</dc:title><dc:creator>{one}</dc:creator>" for one in shown)
    heads = "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in shown)
    with zipfile.ZipFile(made, "a") as package:
        package.writestr("docProps/core.xml", f'<x xmlns:dc="{_DC}">{titles}</x>')
        package.writestr("word/header1.xml", f'<w:hdr xmlns:w="{_WORD}">{heads}</w:hdr>')
    return made.getvalue()


def hostile_registry(content: Path) -> Registry:
    """The registry of ``content`` with payloads in the names of its agencies, their other names and its regions."""
    known = load_registry(content)
    said = [" ".join("".join(few).replace("\x00", "").split()) for few in _batched(PAYLOADS, TOGETHER)]
    agencies = [
        one.model_copy(update={"name": f"{one.name}{payload}", "aliases": [one.name, payload]})
        for one, payload in zip(known.agencies, said, strict=True)
    ]
    regions = {code: f"{name}{said[place]}" for place, (code, name) in enumerate(known.regions.items())}
    return Registry.model_construct(regions=regions, agencies=agencies)
