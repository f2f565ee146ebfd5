"""How templates print: every value through the one door (``encode.text``), by construction rather than by care.

Jinja's own ways around it are not there. Of its filters only those stay that count, order or choose; the ones that
escape for HTML (``e``, ``urlize``, ``tojson``, ``xmlattr``, ``replace``…) leave Markdown alive, and what they return
would be printed as it is. ``~`` and ``join`` give plain text, whatever goes in, which is encoded like any other.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.filters import FILTERS
from markupsafe import Markup

from generator.site import encode

_KEPT = ("attr", "length", "list", "rejectattr", "reverse", "selectattr", "sort")


def environment(filters: Mapping[str, Callable[..., Any]], names: Mapping[str, object]) -> Environment:
    """Return what the templates of ``pages/`` are made with.

    ``filters`` are ours beside the few of Jinja's that stay, ``names`` what every template knows. A template with any
    other filter does not compile.
    """
    made = Environment(
        loader=PackageLoader("generator.site", "pages"),
        autoescape=True,
        finalize=encode.text,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.code_generator_class = _Plain
    own = {"join": _join, "oneline": _oneline, "paragraphs": encode.paragraphs}
    made.filters = {name: FILTERS[name] for name in _KEPT} | own | dict(filters)
    made.globals = dict(names)
    return made


class _Plain(CodeGenerator):
    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        """Write ``a ~ b`` as plain text: Jinja's own would be markup as soon as one of the two is."""
        self.write("str_join((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


def _join(values: Iterable[object], sign: object = "") -> str:
    return str(sign).join(str(value) for value in values)


def _oneline(block: object) -> Markup:
    """Fold an HTML block of a template to one line, as Markdown wants it. Raises TypeError for a text of no template."""
    if not isinstance(block, Markup):
        raise TypeError("oneline folds what a template made, and encodes nothing")
    return Markup(re.sub(r"\s*\n\s*", "", block))  # noqa: S704 — the body of a template, already encoded
