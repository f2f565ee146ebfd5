"""YAML files that people write, read into models: errors name the file, every line and what would be right.

``load_yaml`` takes a file whole or not at all: a registry or a setting half understood would build a wrong site.
``load_entries`` leaves out what is wrong, entry by entry, and tells of it: for the words that stand beside a report.
"""

import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from generator.errors import ConfigError, reason
from generator.yamlfault import Fault, Faults, Place, like, line_of, sentence, syntax_faults

__all__ = ["Fault", "Faults", "Told", "keys_twice", "like", "load_entries", "load_yaml"]

Loaded = TypeVar("Loaded", bound=BaseModel)
_LARGEST = 20_000_000
_SHOWN = 20  # faults named in one error; more are counted


class Told(NamedTuple):
    """One fault: the line it is in, and a sentence of what is wrong and what would be right."""

    line: int
    what: str

    def __str__(self) -> str:
        return f"第 {self.line} 行 {self.what}"


class _Loader(yaml.SafeLoader):
    """A safe loader that keeps dates as written and knows no references: a few lines of them can be gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "不支持 YAML 的引用（* 和 &），请把内容写全", mark)
        node: yaml.Node | None = super().compose_node(parent, index)
        return node


# Dates stay text: the models check them, and 2023-01-29 must not become an object that JSON cannot hold.
_RESOLVERS = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.yaml_implicit_resolvers = _RESOLVERS


class _Quick(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The same by libyaml."""


_Quick.yaml_implicit_resolvers = _RESOLVERS


class _File(NamedTuple):
    """What a file holds: its nodes, for lines, and its values; a key given twice has the value that comes last."""

    root: yaml.Node | None
    data: Any


def load_yaml(path: Path, model: type[Loaded], shown: str = "", context: object = None) -> Loaded:
    """Read ``path`` into ``model``. Raises ConfigError with every fault found, each with its line.

    ``context`` is handed to the validators of the model.
    """
    shown = shown or str(path)
    file = _read(path, shown)
    told = [Told(line, what) for _, line, what in _twice(file.root)]
    loaded = None
    try:
        loaded = model.model_validate(file.data, context=context)
    except ValidationError as error:
        told += [fault for _, fault in _faults(error, file.root, model)]
    if loaded is None or told:
        raise ConfigError(_all(told), shown, "请照文件开头的说明改正")
    return loaded


def load_entries(path: Path, model: type[Loaded], shown: str = "") -> tuple[Loaded, list[Told]]:
    """Read what is right of ``path`` into ``model``; return it with the faults of what was left out, by line.

    An entry is a key, or one item of a key's list. Where a key stands twice nobody knows which counts: neither does.
    Raises ConfigError where the file as a whole cannot be understood.
    """
    shown = shown or str(path)
    root, data = _read(path, shown)
    if not isinstance(data, Mapping):
        raise ConfigError("第 1 行 应当是「项: 内容」，每项一行", shown, "请照说明改正")
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
            found = _faults(error, root, model, origin)
        told += [fault for _, fault in found]
        if not {place for place, _ in found} - bad - {()}:  # the file as a whole is at fault: nothing to leave out
            raise ConfigError(_all(told), shown, "请照说明改正")
        bad |= {place for place, _ in found}


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
    error: ValidationError,
    root: yaml.Node | None,
    model: type[BaseModel],
    origin: Mapping[Any, list[int]] | None = None,
) -> list[tuple[Place, Told]]:
    """The faults with the entry that each is in.

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
            what = str(one) if isinstance(one, Fault) else sentence({**fault, "loc": place}, model)
            culprit = one.culprit if isinstance(one, Fault) and not steps else ""
            entry = place[:2] if len(place) > 1 and isinstance(place[1], int) else place[:1]
            found.append((entry, Told(line_of(root, place, culprit), what)))
    return sorted(found, key=lambda pair: pair[1])


def _all(told: list[Told]) -> str:
    lines = [str(fault) for fault in sorted(set(told))]
    more = f"；另有 {len(lines) - _SHOWN} 处" if len(lines) > _SHOWN else ""
    return "；".join(lines[:_SHOWN]) + more


def _read(path: Path, shown: str) -> _File:
    try:
        if not stat.S_ISREG(path.lstat().st_mode):  # a pipe never ends, a link may lead anywhere
            raise ConfigError("这不是普通文件", shown, "请放入文件本身，不要用链接")
        data = path.read_bytes()
        if len(data) > _LARGEST:
            raise ConfigError("文件太大", shown, "请核对是不是放错了文件")
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"文件打不开（{reason(error)}）", shown, "请检查文件是否存在、能否读取") from error
    except UnicodeDecodeError as error:
        raise ConfigError("不是 UTF-8 文本", shown, "请另存为 UTF-8") from error
    try:
        return _quick(text) or _parsed(_Loader(text))
    except yaml.YAMLError as error:
        what = "；".join(f"第 {line} 行 {fault}" for line, fault in syntax_faults(error, text))
        raise ConfigError(what, shown, "请照文件里别处的写法改正") from error
    except (RecursionError, ValueError, TypeError) as error:
        raise ConfigError("第 1 行起 层次太多，或者有读不懂的写法", shown, "请照文件里别处的写法改正") from error


def _quick(text: str) -> _File | None:
    """Parse with libyaml, where PyYAML was built with it: a large registry takes a tenth of the time.

    None where anything is amiss, or referred to: then the other loader says what, and where.
    """
    if not hasattr(yaml, "CSafeLoader"):
        return None
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.CSafeLoader)):
            return None
        return _parsed(_Quick(text))
    except (yaml.YAMLError, RecursionError, ValueError, TypeError):
        return None


def _parsed(loader: "yaml.SafeLoader | yaml.CSafeLoader") -> _File:
    root = loader.get_single_node()
    value = loader.construct_document(root) if root else None
    return _File(root, {} if value is None else value)


def keys_twice(root: yaml.Node | None) -> Iterator[tuple[int, str]]:
    """Every key given twice in a file: its second line and the sentence."""
    return ((line, what) for _, line, what in _twice(root))


def _twice(node: yaml.Node | None, place: Place = ()) -> Iterator[tuple[Place, int, str]]:
    """Every key given twice: the entry that it spoils, its second line and the sentence."""
    if isinstance(node, yaml.MappingNode):
        first: dict[str, int] = {}
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            here = (*place, name)
            if name in first:
                spoilt = here[:2] if len(here) > 1 and isinstance(here[1], int) else here[:1]
                yield spoilt, line, f"「{name}」写了两次，第 {first[name]} 行已经有了，请只留一个"
            first.setdefault(name, line)
            yield from _twice(value, here)
    elif isinstance(node, yaml.SequenceNode):
        for position, child in enumerate(node.value):
            yield from _twice(child, (*place, position))
