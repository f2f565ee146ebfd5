"""YAML files that people write, read into models: errors name the file, every line and what would be right.

``load_yaml`` takes a file whole or not at all: a registry or a setting half understood would build a wrong site.
``load_entries`` leaves out what is wrong, entry by entry, and tells of it: for the words that stand beside a report.
"""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from generator.errors import ConfigError, visible
from generator.yamldoor import SETTINGS, SHOWN, SIDECAR, Bounds, few, load_nodes, value_of
from generator.yamlfault import Fault, Faults, Place, Unfit, key_text, like, line_of, sentence

__all__ = ["Fault", "Faults", "Told", "keys_twice", "like", "load_entries", "load_yaml"]

Loaded = TypeVar("Loaded", bound=BaseModel)


class Told(NamedTuple):
    """One fault: the line it is in, and a sentence of what is wrong and what would be right."""

    line: int
    what: str

    def __str__(self) -> str:
        return f"第 {self.line} 行 {self.what}"


class _Found(NamedTuple):
    """One fault before it is put into words, which takes long where there are very many."""

    line: int
    entry: Place
    fault: Mapping[str, Any] | Fault

    def told(self, model: type[BaseModel]) -> Told:
        what = str(self.fault) if isinstance(self.fault, Fault) else sentence(self.fault, model)
        return Told(self.line, visible(what))


def load_yaml(
    path: Path,
    model: type[Loaded],
    shown: str = "",
    context: object = None,
    bounds: Bounds = SETTINGS,
    guide: str = "文件开头的说明",
) -> Loaded:
    """Read ``path`` into ``model``. Raises ConfigError with the faults found, each with its line.

    ``context`` is handed to the validators of the model; ``guide`` is where people read how the file is written.
    """
    with _undisturbed():
        return _load(path, model, shown or str(path), context, bounds, guide)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """No search for garbage: among the nodes of a large registry there is none, and it would take half of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _load(path: Path, model: type[Loaded], shown: str, context: object, bounds: Bounds, guide: str) -> Loaded:
    root = load_nodes(path, shown, bounds, "请照文件里别处的写法改正")
    told = [Told(line, what) for _, line, what in _twice(root)]
    loaded, found = None, list[_Found]()
    try:
        loaded = model.model_validate(_data(root), context=context)
    except ValidationError as error:
        found = _faults(error, root)
    seen = {one.line for one in found}
    told += [Told(line, what) for line, what in _bare(root) if line not in seen]
    if loaded is None or told:
        raise ConfigError(_all(told, found, model), shown, f"请照{guide}改正")
    return loaded


def _data(root: yaml.Node | None) -> Any:
    """The values of a file; a key given twice has the value that comes last."""
    value = value_of(root) if root else None
    return {} if value is None else value


def load_entries(
    path: Path, model: type[Loaded], shown: str = "", bounds: Bounds = SIDECAR
) -> tuple[Loaded, list[Told]]:
    """Read what is right of ``path`` into ``model``; return it with the faults of what was left out, by line.

    An entry is a key, or one item of a key's list. Where a key stands twice nobody knows which counts: neither does.
    Raises ConfigError where the file as a whole cannot be understood.
    """
    shown = shown or str(path)
    root = load_nodes(path, shown, bounds, "请照文件里别处的写法改正")
    data = _data(root)
    if not isinstance(data, Mapping):
        what = data.what if isinstance(data, Unfit) else "应当是「项: 内容」，每项一行"
        raise ConfigError(f"第 {line_of(root, ())} 行 {what}", shown, "请照说明改正")
    told: list[Told] = []
    bad: set[Place] = set()
    for place, line, what in _twice(root):
        told.append(Told(line, what))
        bad.add(place)
    while True:
        kept, origin = _without(data, bad)
        try:
            return model.model_validate(kept), sorted(set(told))
        except ValidationError as error:
            found = _faults(error, root, origin)
        if not {one.entry for one in found} - bad - {()}:  # the file as a whole is at fault: nothing to leave out
            raise ConfigError(_all(told, found, model), shown, "请照说明改正")
        told += [one.told(model) for one in found]
        bad |= {one.entry for one in found}


def _without(data: Mapping[Any, Any], bad: set[Place]) -> tuple[dict[Any, Any], dict[Any, list[int]]]:
    """``data`` but for the entries at ``bad``; and for each list the positions that its items had."""
    kept: dict[Any, Any] = {}
    origin: dict[Any, list[int]] = {}
    for key, value in data.items():
        if (key,) in bad:
            continue
        kept[key] = value
        if isinstance(value, list):
            origin[key] = [i for i in range(len(value)) if (key, i) not in bad]
            kept[key] = [value[i] for i in origin[key]]
    return kept, origin


def _faults(
    error: ValidationError, root: yaml.Node | None, origin: Mapping[Any, list[int]] | None = None
) -> list[_Found]:
    """The faults by line, with the entry that each is in.

    ``origin`` leads from positions in the lists that were validated to positions in the file's.
    """
    found = []
    for fault in error.errors(include_url=False):
        cause = (fault.get("ctx") or {}).get("error")
        causes = cause.faults if isinstance(cause, Faults) else (cause,)
        for one in causes:
            steps = one.steps if isinstance(one, Fault) else ()
            place = (*fault["loc"], *steps)
            if origin and len(place) > 1 and place[0] in origin and isinstance(place[1], int):
                place = (place[0], origin[place[0]][place[1]], *place[2:])
            culprit = one.culprit if isinstance(one, Fault) and not steps else ""
            entry = place[:2] if len(place) > 1 and isinstance(place[1], int) else place[:1]
            what = one if isinstance(one, Fault) else {**fault, "loc": place}
            found.append(_Found(line_of(root, place, culprit), entry, what))
    return sorted(found, key=lambda one: one.line)


def _all(told: list[Told], found: list[_Found], model: type[BaseModel]) -> str:
    """The first of the faults in one sentence, and how many more there are."""
    worth = {*told, *(one.told(model) for one in found[:SHOWN])}
    return few([str(fault) for fault in sorted(worth)], max(len(found) - SHOWN, 0))


def _bare(node: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """Every key that YAML takes for something else than text: its line and the sentence."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.tag != "tag:yaml.org,2002:str":
                name = key_text(key)
                yield key.start_mark.line + 1, f'「{name}」作项的名称要加引号，写作 "{name}"'
            yield from _bare(value)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _bare(child)


def keys_twice(root: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """Every key given twice in a file: its second line and the sentence."""
    return ((line, what) for _, line, what in _twice(root))


def _twice(node: yaml.Node | None, place: Place = ()) -> Iterator[tuple[Place, int, str]]:
    """Every key given twice: the entry that it spoils, its second line and the sentence."""
    if isinstance(node, yaml.MappingNode):
        first: dict[str, int] = {}
        for key, value in node.value:
            name, line = key_text(key), key.start_mark.line + 1
            here = (*place, name)
            if name in first:
                spoilt = here[:2] if len(here) > 1 and isinstance(here[1], int) else here[:1]
                yield spoilt, line, f"「{name}」写了两次，第 {first[name]} 行已经有了，请只留一个"
            first.setdefault(name, line)
            yield from _twice(value, here)
    elif isinstance(node, yaml.SequenceNode):
        for position, child in enumerate(node.value):
            yield from _twice(child, (*place, position))
