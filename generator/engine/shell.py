"""The theme around a page, rendered once for all pages of one shape and cut open where they differ.

Two pages have one shape when the theme is asked the same questions about them: how deep they stand, which headings
of which level they have, what their front matter says besides texts. A shape is rendered twice, with two sets of
marks in the places of texts, ids and addresses: only where the cuts of the one give the other is it used at all.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from posixpath import splitext
from typing import TYPE_CHECKING, Any, NamedTuple

from generator.engine.subset import Body

if TYPE_CHECKING:
    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page

_TEXTS = ("title", "description")  # entries of front matter that the theme prints; others may steer it
# Escaping, stripping tags and quoting leave such a text as it is, whichever the theme does with it.
_PLAIN = re.compile(r"[^\s&<>\"'\x00-\x1f\x7f]+(?: [^\s&<>\"'\x00-\x1f\x7f]+)*")
_PLAIN_FOLDER = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
_AS_JSON = json.JSONEncoder(sort_keys=True).encode
_SLOT = re.compile(r"zqx([0-9]{3})q")


class Shape(NamedTuple):
    """What the theme may want to know of a page and what is the same for many of them. Plain values: it is stored."""

    fixed: tuple[str, ...]  # the folders that links of the theme may share with the page
    free: int  # how many folders come after them
    is_index: bool  # whether the source is the index of its folder
    levels: tuple[int, ...]  # of the headings
    titled: bool  # whether a first heading opens the page
    texts: tuple[str, ...]  # entries of front matter that are cut out
    rest: str  # the others, as JSON


class Shell(NamedTuple):
    """A rendered shape: literals and slots in turn; ``asked`` is what the theme looked for in the content, and what
    it was told. Without ``parts`` the shape cannot be cut: its pages need the template itself."""

    parts: tuple[str, ...]
    slots: tuple[int, ...]
    asked: Mapping[str, bool]
    digest: str

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return self is other


class Shells:
    """The shells of one build, made as they are needed."""

    def __init__(
        self, env: "Environment", config: "MkDocsConfig", nav: "Navigation", files: "Files", pages: Sequence[Any]
    ) -> None:
        self._env, self._config, self._nav, self._files, self._pages = env, config, nav, files, pages
        self._made: dict[Shape, list[Shell]] = {}
        self._shared = _folders_of(nav, config)

    def shape_of(self, path: str, meta: Mapping[str, Any], body: Body) -> Shape | None:
        """The shape of the page made from ``path``, or None when it has none of its own (a README)."""
        stem = splitext(path)[0].split("/")
        index = stem[-1] == "index"
        if stem[-1] == "README":
            return None
        folders = stem[:-1] if index else stem
        fixed = 1
        while tuple(folders[: fixed + 1]) in self._shared and fixed < len(folders):
            fixed += 1
        texts = tuple(key for key in _TEXTS if isinstance(meta.get(key), str))
        try:
            rest = _AS_JSON({key: value for key, value in meta.items() if key not in texts})
        except (TypeError, ValueError):
            return None
        levels = tuple(heading.level for heading in body.headings)
        return Shape(tuple(folders[:fixed]), len(folders[fixed:]), index, levels, body.title is not None, texts, rest)

    def page(self, path: str, meta: Mapping[str, Any], body: Body) -> tuple[str, Shape, Shell] | None:
        """The finished page with its shape and shell, or None when it needs the template itself."""
        shape = self.shape_of(path, meta, body)
        if shape is None:
            return None
        shell = self._fitting(shape, body.html)
        values = _values(shape, path, meta, body)
        if not shell.parts or not all(_may_stand(values[slot], shape, slot) for slot in set(shell.slots)):
            return None
        return _joined(shell, values), shape, shell

    def _fitting(self, shape: Shape, content: str) -> Shell:
        for shell in self._made.get(shape, ()):
            if all((needle in content) is answer for needle, answer in shell.asked.items()):
                return shell
        return self._make(shape, content.__contains__)

    def recorded(self, shape: Shape, asked: Mapping[str, bool]) -> Shell | None:
        """The shell of a shape known from the last build, or None when the theme asks something else now."""
        for shell in self._made.get(shape, ()):
            if shell.asked == asked:
                return shell
        try:
            return self._make(shape, lambda needle: asked[needle])
        except KeyError:
            return None

    def _make(self, shape: Shape, answer: Callable[[str], bool]) -> Shell:
        asked: dict[str, bool] = {}

        def told(needle: str) -> bool:
            asked[needle] = answer(needle)
            return asked[needle]

        one, two = _marks(shape, "zqx", 1), _marks(shape, "zqy", 7)
        cut = _SLOT.split(self._rendered(shape, one, told))
        shell = _cut(cut, one, asked)
        if shell.parts and _joined(shell, two) != self._rendered(shape, two, told):
            shell = Shell((), (), asked, "")
        self._made.setdefault(shape, []).append(shell)
        return shell

    def _rendered(self, shape: Shape, marks: Sequence[str], told: Callable[[str], bool]) -> str:
        from markdown.extensions.toc import nest_toc_tokens
        from mkdocs.structure.files import File
        from mkdocs.structure.pages import Page
        from mkdocs.structure.toc import get_toc

        count = len(shape.levels)
        names, ids = marks[1 : 1 + count], marks[1 + count : 1 + 2 * count]
        texts = marks[1 + 2 * count : 1 + 2 * count + len(shape.texts)]
        folders = [*shape.fixed, *marks[len(marks) - shape.free :]] if shape.free else [*shape.fixed]
        source = "/".join([*folders, "index"] if shape.is_index else folders) + ".md"
        file = File(source, self._config.docs_dir, self._config.site_dir, self._config.use_directory_urls)
        page = Page(None, file, self._config)
        page.meta = {**json.loads(shape.rest), **dict(zip(shape.texts, texts, strict=True))}
        page.markdown, page.content = "", _Probe(marks[0])
        page.content.told = told
        page._title_from_render = names[0] if shape.titled else None
        tokens: list[Any] = [
            {"level": level, "id": anchor, "name": name}
            for level, anchor, name in zip(shape.levels, ids, names, strict=True)
        ]
        page.toc = get_toc(nest_toc_tokens(tokens))
        return self.full(page)

    def full(self, page: "Page") -> str:
        """The page through the theme's own template."""
        from mkdocs.commands.build import get_context

        page.active = True
        context = get_context(self._nav, self._pages, self._config, page)
        output = self._env.get_template(page.meta.get("template", "main.html")).render(context)
        page.active = False
        return output


class _Probe(str):
    """The content of a shape: tells what the theme looks for in it, and answers for the real one."""

    told: Callable[[str], bool]
    __slots__ = ("told",)

    def __contains__(self, needle: object) -> bool:
        return self.told(str(needle))


def _folders_of(nav: "Navigation", config: "MkDocsConfig") -> set[tuple[str, ...]]:
    """Every folder that a link on each page may lead to or through: such links depend on the page's own folders."""
    addresses = [page.url for page in nav.pages] + [str(one) for one in (*config.extra_css, *config.extra_javascript)]
    split = (address.strip("/").split("/") for address in addresses)
    return {tuple(parts[: length + 1]) for parts in split for length in range(len(parts))}


def _marks(shape: Shape, lead: str, size: int) -> list[str]:
    """A mark for each value of a page: content, names and ids of headings, texts, folders; as unlike as they are."""
    count = len(shape.levels)
    kinds = ["c", *"n" * count, *"i" * count, *"n" * len(shape.texts), *"f" * shape.free]
    forms = {"c": "{}" + "啊" * (size - 1) * 1000, "n": f"{'哨' * size} {{}} {'兵' * size}", "i": f"{{}}{'哨' * size}",
             "f": "{}" + "u" * (size - 1)}  # fmt: skip
    return [forms[kind].format(f"{lead}{number:03}q") for number, kind in enumerate(kinds)]


def _values(shape: Shape, path: str, meta: Mapping[str, Any], body: Body) -> list[str]:
    """What a page has in the places of the marks."""
    stem = splitext(path)[0].split("/")
    folders = stem[:-1] if shape.is_index else stem
    return [
        body.html,
        *(heading.name for heading in body.headings),
        *(heading.id for heading in body.headings),
        *(meta[key] for key in shape.texts),
        *folders[len(shape.fixed) :],
    ]


def _may_stand(value: str, shape: Shape, slot: int) -> bool:
    if slot == 0:
        return True
    folder = slot >= 1 + 2 * len(shape.levels) + len(shape.texts)
    return bool((_PLAIN_FOLDER if folder else _PLAIN).fullmatch(value))


def _cut(cut: Sequence[str], marks: Sequence[str], asked: Mapping[str, bool]) -> Shell:
    """Cut a rendered shape at its marks; whatever is left of a mark anywhere means that it cannot be cut."""
    slots = tuple(int(number) for number in cut[1::2])
    parts = list(cut[0::2])
    for place, slot in enumerate(slots):
        before, after = marks[slot].split(f"zqx{slot:03}q")
        if not parts[place].endswith(before) or not parts[place + 1].startswith(after):
            return Shell((), (), asked, "")
        parts[place] = parts[place].removesuffix(before)
        parts[place + 1] = parts[place + 1].removeprefix(after)
    if any("zqx" in part.lower() for part in parts) or 0 not in slots:
        return Shell((), (), asked, "")
    digest = blake2b(repr((parts, slots)).encode(), digest_size=16).hexdigest()
    return Shell(tuple(parts), slots, asked, digest)


def _joined(shell: Shell, values: Sequence[str]) -> str:
    pieces = [shell.parts[0]]
    for slot, part in zip(shell.slots, shell.parts[1:], strict=True):
        pieces += (values[slot], part)
    return "".join(pieces)
