"""Lines to paste into the registry for a body that it does not have, indented as the registry is.

What the name of the body does not say is left to the maintainer as a Chinese word that the registry refuses.
"""

import json
import re
from difflib import SequenceMatcher, get_close_matches
from pathlib import Path

from generator.archive import ID_PATTERN, AgencyEntry, Registry, ancestors, bare_name
from generator.division import division_name
from generator.errors import NianbaoError
from generator.report import Kind, Level, Region

_OPEN_ID, _OPEN_REGION, _OPEN_LEVEL, _OPEN_KIND = "英文代号", "六位区划代码", "层级", "类别"
_GOVERNMENT = "(?:人民政府)?"
# The end of a name → how high the body stands. 市 may be a county's equal or above it, 局 stands at every height.
_LEVELS: tuple[tuple[str, Level], ...] = (
    (rf"(?:乡|镇|苏木){_GOVERNMENT}|街道(?:办事处)?|街", "township"),
    (rf"(?:县|旗|[^治发园新地]区){_GOVERNMENT}", "county"),
    (rf"(?:省|自治区){_GOVERNMENT}", "province"),
)
_KINDS: tuple[tuple[str, Kind], ...] = (
    ("街道(?:办事处)?|街", "street"),
    ("管委会|管理委员会|开发区|园区|高新区", "zone"),
    (rf"(?:省|市|区|县|旗|乡|镇|苏木){_GOVERNMENT}|人民政府", "government"),
    ("办公厅|办公室", "office"),
    ("局|委员会|委|厅|部|署", "department"),
    ("学校|大学|学院|中学|小学|幼儿园|医院|中心|馆|所", "institution"),
)


class Unregistered(NianbaoError):
    """The registry lacks the body that a report names; ``lines`` are what to paste, comments included."""

    def __init__(self, what: str, where: str, hint: str, lines: list[str]) -> None:
        super().__init__(what, where, hint)
        self.lines = lines


def unregistered(name: str, region: Region | None, given: str | None, registry: Registry, path: Path) -> Unregistered:
    """Return the error for the body called ``name``, with its lines for the registry at ``path``.

    ``given`` is the id that the maintainer asked for; ``region`` what the division table knows of the name.
    """
    code = region.code if region else None
    text = path.read_text("utf-8-sig")
    lacking = [part for part in ancestors(code) if part not in registry.regions] if code else []
    lines = ["# 加在 regions 下，按代码排序："] if lacking else []
    lines += [f'{_indent(text, "regions")}"{part}": {division_name(part) or "名称"}' for part in lacking]
    lines.append("# 加在 agencies 下，按 id 排序：")
    entry = {
        "id": given if given and re.fullmatch(ID_PATTERN, given) else _OPEN_ID,
        "name": _quoted(name),
        "level": _fitting(_LEVELS, name) or (region.level if region else _OPEN_LEVEL),
        "kind": _fitting(_KINDS, name) or _OPEN_KIND,
        "region": f'"{code or _OPEN_REGION}"',
        "aliases": "[]",
    }
    first, rest = _indent(text, "agencies") + "- ", _indent(text, "agencies") + "  "
    lines += [f"{first if key == 'id' else rest}{key}: {value}" for key, value in entry.items()]
    words = (_OPEN_ID, _OPEN_LEVEL, _OPEN_KIND, _OPEN_REGION)
    open_words = "、".join(f"「{word}」" for word in words if word in (value.strip('"') for value in entry.values()))
    todo = f"，把{open_words}换成实际的" if open_words else ""
    if code is None:
        todo += "；regions 里还没有的区划代码也要补上"
    what = f"没有登记机关「{given}」（{name}）" if given else f"「{name}」没有登记"
    hint = f"请把下面几行贴进这个文件{todo}，再试一次"
    if near := near_names(name, registry):
        alike = "、".join(f"{entry.name}（{entry.id}）" for entry in near)
        hint = f"登记过名称相近的：{alike}，若是同一机关，请把「{name}」加进它的 aliases；若不是，{hint}"
    return Unregistered(what, str(path), hint, lines)


_NEAR = 0.75  # 青山镇 and 清山镇 of one county are near, 青山镇 and 白石镇 are not
_NEAREST = 3


def near_names(name: str, registry: Registry) -> list[AgencyEntry]:
    """The registered bodies whose name or alias is nearly ``name``, the nearest first.

    人民政府 is left aside, and places before the name that the registry does not have there.
    """
    printed = bare_name(name)
    scored = []
    for entry in registry.agencies:
        score = max(_likeness(printed, bare_name(known)) for known in (entry.name, *entry.aliases))
        if score >= _NEAR:
            scored.append((-score, entry.id, entry))
    return [entry for _, _, entry in sorted(scored, key=lambda one: one[:2])[:_NEAREST]]


def _likeness(printed: str, known: str) -> float:
    matchers = (SequenceMatcher(None, one, known, autojunk=False) for one in {printed, printed[-len(known) :]})
    return max(matcher.ratio() if matcher.quick_ratio() >= _NEAR else 0 for matcher in matchers)


def near_ids(given: str, registry: Registry) -> list[str]:
    """The registered ids that ``given`` may be a slip for."""
    return get_close_matches(given, list(registry.by_id), _NEAREST, _NEAR)


def _fitting(table: tuple[tuple[str, str], ...], name: str) -> str | None:
    bare = re.sub(r"（.*?）|\(.*?\)", "", name)
    return next((value for pattern, value in table if re.search(f"(?:{pattern})$", bare)), None)


def _quoted(text: str) -> str:
    """``text`` as YAML: bare where it is only Han characters."""
    return text if re.fullmatch(r"[\u3400-\u9fff〇]+", text) else json.dumps(text, ensure_ascii=False)


def _indent(text: str, key: str) -> str:
    """The indentation of what stands under ``key`` in the registry, two spaces where nothing does."""
    under = re.search(rf"(?m)^{key}:[ \t]*(?:#.*)?\n(?:[ \t]*(?:#.*)?\n)*(?P<indent> *)[\"'\d-]", text)
    return under["indent"] if under else "  "
