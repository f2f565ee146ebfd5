"""The one door from YAML files to nodes and values: within limits of size, number and depth, whatever the file holds.

A few bytes of YAML can be a tree as deep as they are long, a reference to itself, a number of a million digits. So the
size is looked at before anything is read, and depth, number and references in the stream of events, before anything is
composed. Values are made here, not by PyYAML: text, plain numbers, true and false, nothing, lists and mappings with
keys of text. All else becomes ``Unfit``, which no model takes and which knows what to say.
"""

import math
import os
import re
import stat
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from generator.errors import ConfigError, reason
from generator.yamlfault import Unfit, key_text, syntax_faults


class Bounds(NamedTuple):
    """The most bytes a file may have, and the most nodes: keys, values, lists and mappings, each of them one."""

    size: int
    nodes: int


SIDECAR = Bounds(200_000, 20_000)
SETTINGS = Bounds(1_000_000, 100_000)
REGISTRY = Bounds(20_000_000, 2_000_000)
_DEEPEST = 50  # levels; ours have six, menus of MkDocs some more
_WORTH_WORDS = 300_000  # characters; PyYAML's own parser has the better words for faults, but is slow
_ALIAS = "不支持 YAML 的引用（* 和 &），请把内容写全"
_KEY = "「? 」或括号不能用作项的名称"
_HIDDEN = "有看不见的控制字符，请删去"
_TAG = "不能用以「!」开头的写法，请删去"
_QUICK: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml takes a tenth of the time
SHOWN = 20  # faults of one kind named in one error; more are counted
# YAML of old breaks lines at these; editors do not, and lines are told as editors count them.
_NO_BREAKS = dict.fromkeys(map(ord, "\x85\u2028\u2029"), " ")


class _Beyond(Exception):
    """What no file of ours may hold: line and sentence."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line, self.what = line, what


def load_nodes(path: Path, shown: str, bounds: Bounds, hint: str) -> yaml.Node | None:
    """The nodes of a file within ``bounds``, None where it is empty.

    Raises ConfigError, with lines and ``hint`` where the content is at fault.
    """
    text = _text(path, shown, bounds)
    try:
        return _nodes(text, bounds)
    except _Beyond as beyond:
        raise ConfigError(f"第 {beyond.line} 行 {beyond.what}", shown, hint) from beyond
    except yaml.YAMLError as error:
        told = [f"第 {line} 行 {fault}" for line, fault in syntax_faults(error, text)]
        raise ConfigError(few(told), shown, hint) from error


def few(told: Sequence[str], more: int = 0) -> str:
    """One sentence of the first faults in ``told``, and of how many there are besides; ``more`` are not in it."""
    more += max(len(told) - SHOWN, 0)
    return "；".join(told[:SHOWN]) + (f"；另有 {more} 处" if more else "")


def _text(path: Path, shown: str, bounds: Bounds) -> str:
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):  # a pipe never ends, a link may lead anywhere
            raise ConfigError("这不是普通文件", shown, "请放入文件本身，不要用链接")
        data = b"" if status.st_size > bounds.size else _bytes(path, bounds.size + 1)
        if max(status.st_size, len(data)) > bounds.size:
            raise ConfigError(f"文件太大（超过 {bounds.size / 1e6:g} MB）", shown, "请核对是不是放错了文件")
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").translate(_NO_BREAKS)
    except OSError as error:
        raise ConfigError(f"文件打不开（{reason(error)}）", shown, "请检查文件是否存在、能否读取") from error
    except UnicodeDecodeError as error:
        raise ConfigError("不是 UTF-8 文本", shown, "请另存为 UTF-8") from error


def _bytes(path: Path, most: int) -> bytes:
    """The first bytes of a file that may be exchanged for a link or a pipe, or grow, just now."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with open(os.open(path, flags), "rb") as file:
        return file.read(most)


def _nodes(text: str, bounds: Bounds) -> yaml.Node | None:
    """Compose what is within bounds. Raises _Beyond, or YAMLError for what is no YAML."""
    if hidden := yaml.reader.Reader.NON_PRINTABLE.search(text):
        raise _Beyond(_line(text, hidden.start()), _HIDDEN)
    if directive := re.search("^%", text, re.MULTILINE):  # many of them would take hours
        raise _Beyond(_line(text, directive.start()), "行首不能是「%」：文字请加引号，其余请删去")
    try:
        return _composed(text, _QUICK, bounds)
    except yaml.YAMLError:
        if len(text) > _WORTH_WORDS:
            raise
        return _composed(text, yaml.SafeLoader, bounds)


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _composed(text: str, loader: Any, bounds: Bounds) -> yaml.Node | None:
    _look_through(text, loader, bounds)
    root: yaml.Node | None = yaml.compose(text, Loader=loader)
    return root


def _look_through(text: str, loader: Any, bounds: Bounds) -> None:
    """Raise _Beyond at the first event that leads beyond ``bounds``: the parsers give them one by one, as they read."""
    count = 0
    around: list[bool | None] = []  # the collections around the event: for a mapping whether a key is next, else None
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.CollectionEndEvent):
            around.pop()
        if not isinstance(event, yaml.NodeEvent):
            continue
        count += 1
        is_key = bool(around and around[-1])
        if around and around[-1] is not None:
            around[-1] = not around[-1]
        is_collection = isinstance(event, yaml.CollectionStartEvent)
        if is_collection:
            around.append(True if isinstance(event, yaml.MappingStartEvent) else None)
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise _Beyond(line, _ALIAS)
        if is_collection and is_key:
            raise _Beyond(line, _KEY)
        if len(around) > _DEEPEST:
            raise _Beyond(line, f"层次太多（超过 {_DEEPEST} 层），或者括号没有配对")
        if count > bounds.nodes:
            raise _Beyond(line, f"内容太多（超过 {bounds.nodes} 项），请核对是不是放错了文件")


def value_of(node: yaml.Node) -> Any:
    """What a node says: text, a number, true or false, None, a list, a dict with keys of text; or Unfit."""
    kind = node.tag.removeprefix("tag:yaml.org,2002:")
    if isinstance(node, yaml.MappingNode) and kind == "map":
        return {key_text(key): value_of(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode) and kind == "seq":
        return [value_of(item) for item in node.value]
    if isinstance(node, yaml.ScalarNode) and kind in _SCALARS:
        return _SCALARS[kind](node.value)
    return Unfit(_TAG)


def _words(said: str) -> str | Unfit:
    if re.search("[\ud800-\udfff]", said):  # "\ud83d\ude00" is how JSON writes one character; YAML has \U0001f600
        return Unfit("里有不成字的编码（\\ud800 至 \\udfff），请直接写这个字")
    return Unfit(f"里{_HIDDEN}") if yaml.reader.Reader.NON_PRINTABLE.search(said) else said


def _whole(said: str) -> int | Unfit:
    # YAML of old reads 010 as 8 and 1:30 as 90: no figure may come of that.
    return int(said) if re.fullmatch(r"[-+]?(0|[1-9][0-9]{0,17})", said) else _no_number(said)


def _broken(said: str) -> float | Unfit:
    if re.fullmatch(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", said):
        return float(said.replace(".", ""))
    if len(said) > 40 or not re.fullmatch(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,3})?", said):
        return _no_number(said)
    number = float(said)
    # More digits than a float can hold would come out as others.
    return number if math.isinf(number) or Decimal(repr(number)) == Decimal(said) else _no_number(said)


def _no_number(said: str) -> Unfit:
    short = said if len(said) <= 40 else f"{said[:40]}…（{len(said)} 个字）"
    return Unfit(f"写的是 {short}，看不准是多少：数请照常写，不以 0 开头，不太长，不用下划线和冒号；代码请加引号", said)


def _one_of(values: dict[str, Any]) -> Callable[[str], Any]:
    return lambda said: values[said.lower()] if said.lower() in values else Unfit(_TAG)


_TRUTH = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
# Dates stay text: the models check them, and 2023-01-29 must not become an object that JSON cannot hold.
_SCALARS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("str", "timestamp", "merge", "value"), _words),
    "int": _whole,
    "float": _broken,
    "bool": _one_of(_TRUTH),
    "null": _one_of({"": None, "~": None, "null": None}),
}
