"""Errors as they occur in real reports, planted one by one: ``ERRORS`` is the list, by kind.

Each is planted only where it can be seen, and says which checks must fail for it. What the figures break is worked
out afterwards (``truth``).
"""

import re
from collections.abc import Callable
from itertools import product
from random import Random
from typing import NamedTuple

from generator.demo.draft import Draft, Planted
from generator.demo.grammar import between
from generator.demo.prose import copied

_CLAIMS = {"told-new", "told-received", "told-handled", "told-carried-in", "told-carried-out", "told-person"}
_CASES = {"told-review", "told-litigation", "told-disputes"}


class Scene(NamedTuple):
    """What surrounds a report: the one of the year before, a sound one of another body, chance, and its peers.

    ``last_sound`` says that nothing was planted in ``last``; ``peers`` that there are enough bodies to compare with.
    """

    last: Draft | None
    last_sound: bool
    source: Callable[[], Draft | None]
    random: Random
    peers: bool

    def pick(self, low: int, high: int) -> int:
        """A whole number by chance."""
        return between(self.random, low, high)


Error = Callable[[Draft, Scene], bool]


def plant(draft: Draft, scene: Scene) -> None:
    """Plant one to three errors in ``draft``."""
    kinds = sorted(ERRORS, key=lambda kind: (scene.random.random(), kind))[: scene.pick(1, 3)]
    for kind in sorted(_together(kinds), key=[*ERRORS].index):
        ERRORS[kind](draft, scene)
    if not draft.planted:
        _wrong_cell(draft, scene)


def _together(kinds: list[str]) -> list[str]:
    """Leave out what could not be seen beside another: figures of blank tables, two copies, a copy without a part."""
    if "blank_tables" in kinds:
        kinds = [kind for kind in kinds if kind == "blank_tables" or kind in _OF_TEXT - {"no_section"}]
    texts = [kind for kind in kinds if kind in ("copied", "copied_own", "no_section")]
    kinds = [kind for kind in kinds if kind not in texts[1:]]
    if "wrong_year" in kinds:
        kinds = [kind for kind in kinds if kind not in ("wrong_claim", "wrong_handled", "wrong_zero")]
    return kinds


def _alter(draft: Draft, kind: str, path: str, by: int) -> bool:
    """Print another figure than the true one."""
    before = draft.cells[path]
    draft.cells[path] = before + by
    draft.planted.append(Planted(kind, path, str(before), str(before + by)))
    return True


def _reword(draft: Draft, kind: str, section: str, old: str, new: str) -> bool:
    """Print other words than the true ones; ``old`` empty: add a paragraph."""
    text = draft.texts[section]
    if old and old not in text:
        return False
    draft.texts[section] = text.replace(old, new, 1) if old else f"{text}\n{new}"
    draft.planted.append(Planted(kind, section, old, new))
    return True


def _wrong_cell(draft: Draft, scene: Scene) -> bool:
    """Any cell that a sum covers is another."""
    paths = [path for path in draft.cells if path.startswith(("requests/", "disputes/"))]
    draft.may |= _CLAIMS | _CASES  # the text tells the true ones
    return _alter(draft, "wrong_cell", paths[scene.pick(0, len(paths) - 1)], scene.pick(1, 9))


def _wrong_carry(draft: Draft, scene: Scene) -> bool:
    """What was carried in is not what last year carried out, though the year's own sums hold."""
    if scene.last is None or scene.last.blank:
        return False
    rest = "outcome.other" if "requests/outcome.other/person" in draft.cells else "outcome.other.rest"
    draft.may |= {"told-carried-in", "told-handled", "told-received"}
    rows, columns = ("carried_in", rest, "outcome.total"), ("person", "total")
    for row, column in product(rows, columns):
        _alter(draft, "wrong_carry", f"requests/{row}/{column}", 3)
    return True


def _wrong_stock(draft: Draft, scene: Scene) -> bool:
    """现行有效 does not follow from last year's."""
    path = "documents/normative/in_force"
    if path not in draft.cells or scene.last is None or scene.last.blank or path not in scene.last.cells:
        return False
    return _alter(draft, "wrong_stock", path, scene.pick(1, 5))


def _wrong_repealed(draft: Draft, scene: Scene) -> bool:
    """More is repealed than there was."""
    path = "documents/normative/repealed"
    if path not in draft.cells or scene.last is None or scene.last.blank or path not in scene.last.cells:
        return False
    draft.may.add("figures-peers")
    there = scene.last.cells["documents/normative/in_force"] + draft.cells["documents/normative/issued"]
    return _alter(draft, "wrong_repealed", path, there + scene.pick(1, 5))


def _wrong_issued(draft: Draft, scene: Scene) -> bool:
    """More is issued, or made public, in the year than there is at its end."""
    path = "documents/normative/issued" if draft.form.id == "2021" else "documents/normative/disclosed"
    draft.may.add("figures-peers")
    end = "documents/normative/in_force" if draft.form.id == "2021" else "documents/normative/public_total"
    return _alter(draft, "wrong_issued", path, draft.cells[end] - draft.cells[path] + scene.pick(1, 5))


def _wrong_items(draft: Draft, scene: Scene) -> bool:
    """The number of matters of the year before is not what last year's report leads to (2019 form)."""
    path = "licensing/licence/previous_items"
    if path not in draft.cells or scene.last is None or scene.last.blank or path not in scene.last.cells:
        return False
    return _alter(draft, "wrong_items", path, scene.pick(1, 5))


def _jump(draft: Draft, scene: Scene) -> bool:
    """A figure is many times last year's, as when a digit too many is typed."""
    if scene.last is None or scene.last.blank:
        return False
    path = "licensing/licence/decisions"
    draft.may.add("figures-peers")
    return _alter(draft, "jump", path, max(draft.cells[path], scene.last.cells[path]) * 9 + 80)


def _giant(draft: Draft, scene: Scene) -> bool:
    """A figure far beyond those of all bodies of its kind."""
    if not scene.peers or (draft.body.level, draft.body.kind) not in _COMPARABLE:
        return False
    draft.must.add("figures-peers")
    return _alter(draft, "giant", "enforcement/penalty/decisions", scene.pick(30_000, 90_000))


# Kinds of bodies of which nearly every one has penalties to report, so that there is a typical number.
_COMPARABLE = {("county", "department"), ("county", "government"), ("city", "department")}


def _regulation(draft: Draft, scene: Scene) -> bool:
    """A body that cannot make 规章 reports one; the sums hold."""
    if draft.body.level not in ("county", "township"):
        return False
    draft.must.add("prose-regulation")
    made = ("issued", "in_force") if draft.form.id == "2021" else ("made", "disclosed", "public_total")
    for column in made:
        _alter(draft, "regulation", f"documents/regulation/{column}", 1)
    return True


def _copied(draft: Draft, scene: Scene) -> bool:
    """Nine tenths of the text are another body's; figures and its name are changed."""
    source = scene.source()
    if source is None:
        return False
    draft.must.add("copy-other")
    draft.may.add("copy-own")
    return _take_over(draft, source, "copied", 0.9, scene)


def _copied_own(draft: Draft, scene: Scene) -> bool:
    """Nearly all of the text is last year's."""
    if scene.last is None or not scene.last_sound:
        return False
    draft.must.add("copy-own")
    return _take_over(draft, scene.last, "copied_own", 0.97, scene)


def _take_over(draft: Draft, source: Draft, kind: str, share: float, scene: Scene) -> bool:
    """Print the text of ``source``; what the figures say, and what stands before it all, stay the body's own."""
    names = {source.body.name: draft.body.name, source.body.short: draft.body.short, source.body.self: draft.body.self}
    names |= {f"{source.year + step}年": f"{draft.year + step}年" for step in (0, 1)}
    told, preamble = draft.texts["overview"].partition("\n")[0], draft.texts["preamble"]
    taken = copied(source.texts, scene.random, share, names)
    rest = taken["overview"].partition("\n")[2]
    draft.texts = taken | {"preamble": preamble, "overview": f"{told}\n{rest}"}
    draft.planted.append(Planted(kind, "texts", "", f"{source.body.id}/{source.year}"))
    return True


def _wrong_claim(draft: Draft, scene: Scene) -> bool:
    """The text says another number of new applications than any cell."""
    found = _other_number(draft, "wrong_claim", r"(?:新收|收到|受理)政府信息公开申请(\d+)件")
    draft.must |= {draft.guard} if found else set()
    return found


def _wrong_handled(draft: Draft, scene: Scene) -> bool:
    """The text says another number of applications answered than any cell."""
    found = _other_number(draft, "wrong_handled", r"(?:办结|答复)(?:政府信息公开申请)?(\d+)件")
    draft.must |= {"told-handled"} if found else set()
    return found


def _other_number(draft: Draft, kind: str, pattern: str) -> bool:
    match = re.search(pattern, draft.texts["overview"].partition("\n")[0])
    if match is None:
        return False
    start = match.start(1) - match.start()
    new = match[0][:start] + str(int(match[1]) + 5003) + match[0][start + len(match[1]) :]
    return _reword(draft, kind, "overview", match[0], new)


def _wrong_zero(draft: Draft, scene: Scene) -> bool:
    """The text says that there was no review case; the table has some."""
    draft.must.add("told-review")
    draft.may |= _CASES
    _alter(draft, "wrong_zero", "disputes/cases/review.upheld", 2)
    _alter(draft, "wrong_zero", "disputes/cases/review.total", 2)
    return _reword(draft, "wrong_zero", "overview", "", "本年度未发生因政府信息公开被申请行政复议的情况。")


def _wrong_fee(draft: Draft, scene: Scene) -> bool:
    """The text tells of a larger fee for information than all fees of the table together."""
    if "fees/fee/amount" not in draft.money:
        return False
    draft.must.add("told-fee")
    told = draft.texts["other"].partition("。")[0] + "。"
    yuan = int(draft.money["fees/fee/amount"] * 10_000) + scene.pick(200, 9000)
    return _reword(draft, "wrong_fee", "other", told, f"收取信息处理费共计{yuan}元。")


def _wrong_period(draft: Draft, scene: Scene) -> bool:
    """The period of statistics is last year's."""
    draft.must |= {"prose-period", "prose-year"}
    year = draft.year
    match = re.search(rf"{year}年1月1日[^，。]*{year}年12月31日", draft.texts["preamble"])
    assert match is not None  # noqa: S101 — every preamble tells a period
    return _reword(draft, "wrong_period", "preamble", match[0], match[0].replace(f"{year}年", f"{year - 1}年"))


def _wrong_year(draft: Draft, scene: Scene) -> bool:
    """The text tells of the year before and nowhere of the year reported on, as one taken over from last year does."""
    due, told = f"{draft.year}年", f"{draft.year - 1}年"
    text = draft.texts["overview"]
    first = f"{told}，{draft.body.self}扎实推进各项公开工作。\n"
    draft.texts["overview"] = first + text.replace(due, told)
    draft.must.add("prose-year")
    draft.may |= {"prose-period", "copy-own", *_CLAIMS, *_CASES}
    draft.planted.append(Planted("wrong_year", "overview", due, told))
    return True


def _placeholder(draft: Draft, scene: Scene) -> bool:
    """The words of a template were never filled in."""
    draft.must.add("prose-placeholder")
    left = (
        "下一步，XX镇将继续做好公开工作。",
        "某某局高度重视公开工作。",
        "（此处填写其他情况）。",
        "全年公开信息XX条。",
    )
    return _reword(draft, "placeholder", "overview", "", left[scene.pick(0, len(left) - 1)])


def _other_place(draft: Draft, scene: Scene) -> bool:
    """Another township, or another county, acts; departments may well tell of one."""
    if draft.body.level not in ("township", "county") or draft.body.kind not in ("government", "street"):
        return False
    draft.must.add("prose-place")
    name = "样城北镇" if draft.body.level == "township" else "例城北县"
    return _reword(draft, "other_place", "overview", "", f"一年来，{name}多次召开会议研究公开工作。")


def _old_plan(draft: Draft, scene: Scene) -> bool:
    """What was to be done in a year that is over stands as the plan."""
    draft.must.add("prose-plan")
    plan = f"下一步工作打算：{draft.year - scene.pick(0, 1)}年，将继续加强公开工作。"
    return _reword(draft, "old_plan", "overview", "", plan)


def _late(draft: Draft, scene: Scene) -> bool:
    """Published after the day that the Regulation sets for such a body."""
    month = {"department": "02", "government": "04", "office": "04"}.get(draft.body.kind)
    if month is None or draft.body.level == "township":
        return False
    draft.must.add("punctuality")
    before, draft.published = draft.published, f"{draft.year + 1}-{month}-{scene.pick(15, 28)}"
    draft.planted.append(Planted("late", "published", before, draft.published))
    return True


def _no_section(draft: Draft, scene: Scene) -> bool:
    """One of the six parts is not there, and nothing speaks of it elsewhere."""
    del draft.texts["problems"]
    for key, text in draft.texts.items():
        draft.texts[key] = "".join(one for one in re.findall("[^。]*。\n?", text) if "问题" not in one)
    draft.must.add("prose-section")
    draft.planted.append(Planted("no_section", "problems", "五", ""))
    return True


def _blank_tables(draft: Draft, scene: Scene) -> bool:
    """Every table is there and no figure in it.

    Of table four, whose one row has no label, nothing is left then; so a reader cannot tell that nothing got lost.
    """
    draft.blank = True
    draft.may.add("prose-blank")
    draft.planted.append(Planted("blank_tables", "cells", str(len(draft.printed())), "0"))
    return True


# In the order in which they are planted: figures, whole texts, then single words.
ERRORS: dict[str, Error] = {
    "wrong_cell": _wrong_cell, "wrong_carry": _wrong_carry, "wrong_stock": _wrong_stock,
    "wrong_repealed": _wrong_repealed, "wrong_issued": _wrong_issued, "wrong_items": _wrong_items, "jump": _jump,
    "giant": _giant, "regulation": _regulation, "copied": _copied, "copied_own": _copied_own,
    "no_section": _no_section, "wrong_claim": _wrong_claim, "wrong_handled": _wrong_handled,
    "wrong_zero": _wrong_zero, "wrong_fee": _wrong_fee, "wrong_period": _wrong_period,
    "placeholder": _placeholder, "other_place": _other_place, "old_plan": _old_plan, "wrong_year": _wrong_year,
    "late": _late, "blank_tables": _blank_tables,
}  # fmt: skip
_OF_TEXT = {
    "copied", "copied_own", "no_section", "wrong_period", "wrong_year", "placeholder", "other_place", "old_plan",
    "late",
}  # fmt: skip
