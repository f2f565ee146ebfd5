"""The statutory forms as data: what the state prints once, everything else in the program derives.

``forms/<id>.yml`` holds the labels; this module turns them into facts (one per cell), identities (one per sum that
the form declares) and label lookups. A fact path such as ``requests/outcome.denied.query/person`` is a cell's name
for ever.
"""

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from generator.errors import ConfigError
from generator.form_file import form_ids, read_form
from generator.normalize import NumberKind, label_keys, printed_keys, without_enumerator

Axis = Literal["rows", "columns"]
Relation = Literal["=", "<=", ">="]
Severity = Literal["error", "warning", "note"]


FIRST_FORM_YEAR = 2019  # reports for earlier years had no tables that the whole country shared


class Strict(BaseModel):
    """Base of what crosses a boundary: frozen, and nothing unknown passes."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


class Item(Strict):
    """One row or column, or a group of them. ``short`` is our own short name, ``note`` our explanation."""

    key: str
    label: str
    short: str = ""
    aliases: tuple[str, ...] = ()
    total: bool = False
    collapsible: bool = False
    number: NumberKind = "count"
    units: tuple[str, ...] = ()
    unit: str | None = None
    note: str = ""
    items: tuple["Item", ...] = ()

    @property
    def name(self) -> str:
        """The label without its number, or our short name: for charts and headings."""
        return self.short or without_enumerator(self.label)


class Rule(Strict):
    """A relation that the form declares: ``a + b = c`` over rows (``along: columns``) or columns (``along: rows``).

    ``=``, ``<=`` or ``>=``; a term ``last.a`` is the figure of the same agency's report of the year before.
    """

    id: str
    name: str
    along: Axis
    sum: str
    within: tuple[str, ...] = ("",)
    severity: Severity = "error"
    basis: str
    question: str
    exceptions: str = ""

    @property
    def relation(self) -> Relation:
        """What must hold between the two sides."""
        return next((sign for sign in ("<=", ">=") if sign in self.sum), "=")

    @property
    def is_sum(self) -> bool:
        """Whether it is an identity inside one report: what a total is made of."""
        return self.relation == "=" and not self.needs_last

    @property
    def needs_last(self) -> bool:
        """Whether it looks at the report of the year before."""
        return "last." in self.sum

    def sides(self) -> tuple[list[str], list[str]]:
        """Return the key paths left and right of the sign."""
        left, right = self.sum.split(self.relation)
        return [term.strip() for term in left.split("+")], [term.strip() for term in right.split("+")]


class Claim(Strict):
    """Running text that restates a figure of a table, and every reading of the table that could be meant.

    ``says`` and ``zero`` are patterns on a sentence without spaces, in half width (``generator.checks.claims`` has
    their placeholders); ``needs`` must stand in the sentence, ``unless`` not in the clause, ``past`` not between the
    sentence's beginning and the figure, and without ``topic`` in the sentence it is not sure what is meant. ``words``
    and ``also`` are what a clause may be made of, patterns with blanks between: with any other word in it, it is not
    sure what is meant, and of ``short`` (patterns) and ``zero`` it is nothing. ``fits`` are sums of names that go into
    ``at`` in place of ``*``: row/column of ``table``; ``none`` those that are nothing where a sentence says so.
    """

    id: str
    name: str
    question: str
    basis: str
    exceptions: str = ""
    # A program reads sentences less surely than tables: what it finds is for the reader to look at.
    severity: Severity = "note"
    relation: Literal["=", "<="] = "="
    table: str
    at: str
    says: tuple[str, ...]
    zero: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    words: str = ""
    also: str = ""
    needs: str = ""
    unless: str = ""
    past: str = ""
    topic: str = ""
    fits: tuple[str, ...]
    none: tuple[str, ...] = ()
    examples: Mapping[str, int]
    others: tuple[str, ...] = ()


class Leaf(NamedTuple):
    """A row or column that holds figures: its dotted path and the items from the top group down to it."""

    path: str
    trail: tuple[Item, ...]

    @property
    def item(self) -> Item:
        return self.trail[-1]

    @property
    def label(self) -> str:
        """All labels from the group down, as printed, joined by ›."""
        return " › ".join(item.label for item in self.trail if item.label)


class Table(Strict):
    """One statutory table."""

    key: str
    label: str
    title: str
    corner: str = ""
    spanner: str = ""
    unit: str = ""
    columns: tuple[Item, ...]
    rows: tuple[Item, ...]
    rules: tuple[Rule, ...] = ()

    @cached_property
    def row_leaves(self) -> tuple[Leaf, ...]:
        """The rows with figures, in printed order."""
        return tuple(_leaves(self.rows))

    @cached_property
    def column_leaves(self) -> tuple[Leaf, ...]:
        """The columns with figures, in printed order."""
        return tuple(_leaves(self.columns))

    @cached_property
    def collapsible_rows(self) -> tuple[Leaf, ...]:
        """Groups that some reports print as one row of figures (（六）其他处理)."""
        return tuple(leaf for leaf in _nodes(self.rows) if leaf.item.collapsible)

    @cached_property
    def row_names(self) -> Mapping[str, Leaf]:
        """Printed-label skeleton → row or group of rows."""
        return _names(self.rows)

    @cached_property
    def column_names(self) -> Mapping[str, tuple[str, ...]]:
        """Header skeleton → paths of the columns or groups that print it (总计 stands for three in table four)."""
        names: dict[str, tuple[str, ...]] = {}
        for leaf in _nodes(self.columns):
            for label in (leaf.item.label, *leaf.item.aliases):
                for key in label_keys(label):
                    names[key] = (*names.get(key, ()), leaf.path)
        return names

    @cached_property
    def header_words(self) -> frozenset[str]:
        """Skeletons of all that stands in the header besides columns: corner, spanner, title."""
        words = (self.corner, self.spanner, self.label)
        return frozenset(key for word in words if word for key in label_keys(word))

    def row(self, printed: str) -> Leaf | None:
        """Return the row or row group that a printed label names, or None."""
        return next((self.row_names[key] for key in printed_keys(printed) if key in self.row_names), None)

    def column(self, path: str) -> Leaf:
        """Return the column leaf at ``path``."""
        return next(leaf for leaf in self.column_leaves if leaf.path == path)

    def named(self, row: str, column: str) -> tuple[Leaf, tuple[Leaf, ...]] | None:
        """Return the row or row group at ``row`` and the column leaves at or under ``column``; None where none are."""
        down = next((leaf for leaf in _nodes(self.rows) if leaf.path == row), None)
        across = next((leaf for leaf in _nodes(self.columns) if leaf.path == column), None)
        return (down, tuple(_leaves_under(across))) if down and across else None

    def leaves_under(self, row: Leaf) -> tuple[Leaf, ...]:
        """The rows with figures that make up ``row``: itself, or those of its group."""
        return tuple(_leaves_under(row))

    def unit_of(self, column: Leaf) -> str:
        """The unit of a column: its own, else the table's; empty where the form prints none."""
        return self.unit if column.item.unit is None else column.item.unit


class Section(Strict):
    """One of the six headings; ``text`` sections are kept as running text under their key."""

    key: str
    label: str
    aliases: tuple[str, ...] = ()
    text: bool = False
    tables: tuple[str, ...] = ()


class Fact(NamedTuple):
    """One cell of the form."""

    path: str
    table: Table
    row: Leaf
    column: Leaf

    @property
    def label(self) -> str:
        """The cell in words: 表 › 行 › 列."""
        return " › ".join(part for part in (self.table.title, self.row.label, self.column.label) if part)


class Term(NamedTuple):
    """A summand: ``whole`` is its own fact path where the form allows one, ``parts`` the leaves that make it up.

    ``last`` says that it is of the report of the year before.
    """

    name: str
    whole: str | None
    parts: tuple[str, ...]
    last: bool = False


class Identity(NamedTuple):
    """One relation to be checked: every term of ``left`` added up against every term of ``right``."""

    rule: Rule
    table: Table
    where: str
    label: str
    left: tuple[Term, ...]
    right: tuple[Term, ...]


class Form(Strict):
    """A whole form. ``years`` is first and last report year it was made for (None: still in force)."""

    id: str
    name: str
    document: str
    years: tuple[int, int | None]
    markers: tuple[str, ...]
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    claims: tuple[Claim, ...] = ()

    @cached_property
    def facts(self) -> Mapping[str, Fact]:
        """Fact path → fact, in printed order: 200 for the 2021 form, 198 for the 2019 form."""
        return {fact.path: fact for table in self.tables for fact in _facts(table, table.row_leaves)}

    @cached_property
    def optional_facts(self) -> Mapping[str, Fact]:
        """Fact paths of groups that a report may print as a single row."""
        return {fact.path: fact for table in self.tables for fact in _facts(table, table.collapsible_rows)}

    @cached_property
    def all_facts(self) -> Mapping[str, Fact]:
        """``facts`` and ``optional_facts`` together."""
        return {**self.facts, **self.optional_facts}

    @cached_property
    def identities(self) -> tuple[Identity, ...]:
        """Every sum that the form declares inside one report, cell by cell."""
        return tuple(found for table, rule in self.rules if rule.is_sum for found in _identities(table, rule))

    @cached_property
    def sums(self) -> tuple[Identity, ...]:
        """The identities of a report that prints every row of the form, none as one row for its group."""
        return tuple(
            one
            for one in self.identities
            if all(path in self.facts for term in (*one.left, *one.right) for path in term.parts)
        )

    @cached_property
    def links(self) -> tuple[Identity, ...]:
        """Every other relation that the form declares: with the year before, or an inequality."""
        return tuple(found for table, rule in self.rules if not rule.is_sum for found in _identities(table, rule))

    @cached_property
    def rules(self) -> tuple[tuple[Table, Rule], ...]:
        """The declared rules with their tables."""
        return tuple((table, rule) for table in self.tables for rule in table.rules)

    @cached_property
    def section_names(self) -> Mapping[str, Section]:
        """Every skeleton under which the heading of a section may be printed."""
        labels = ((section, label) for section in self.sections for label in (section.label, *section.aliases))
        return {key: section for section, label in labels for key in label_keys(label)}

    def table(self, key: str) -> Table:
        """Return the table called ``key``; KeyError where there is none."""
        for table in self.tables:
            if table.key == key:
                return table
        raise KeyError(key)


def _nodes(items: tuple[Item, ...], trail: tuple[Item, ...] = ()) -> Iterator[Leaf]:
    for item in items:
        here = (*trail, item)
        yield Leaf(".".join(part.key for part in here), here)
        yield from _nodes(item.items, here)


def _leaves(items: tuple[Item, ...]) -> Iterator[Leaf]:
    return (leaf for leaf in _nodes(items) if not leaf.item.items)


def _names(items: tuple[Item, ...]) -> dict[str, Leaf]:
    """Every way a row label may be printed: alone, or run together with the labels of its groups.

    The label with its number always counts; without number it counts only while it is the only one
    (「（六）其他」 must not take 「3.其他」 away from its row).
    """
    literal: dict[str, Leaf] = {}
    loose: dict[str, set[Leaf]] = {}
    for leaf in _nodes(items):
        for label in (leaf.item.label, *leaf.item.aliases):
            keys = label_keys(label)
            for key in keys[:1]:
                literal.setdefault(key, leaf)
            for key in keys[1:]:
                loose.setdefault(key, set()).add(leaf)
            groups = [label_keys(group.label) for group in leaf.trail[:-1]]
            for depth in range(len(groups)):
                for lead in _products(groups[depth:]):
                    for key in keys:
                        loose.setdefault(lead + key, set()).add(leaf)
    unique = {key: next(iter(leaves)) for key, leaves in loose.items() if len(leaves) == 1}
    return {**unique, **literal}


def _products(choices: list[list[str]]) -> Iterator[str]:
    if not choices:
        yield ""
        return
    for rest in _products(choices[1:]):
        for choice in choices[0]:
            yield choice + rest


def _facts(table: Table, rows: tuple[Leaf, ...]) -> Iterator[Fact]:
    for row in rows:
        for column in table.column_leaves:
            yield Fact(f"{table.key}/{row.path}/{column.path}", table, row, column)


def _identities(table: Table, rule: Rule) -> Iterator[Identity]:
    summed, across = (table.columns, table.row_leaves) if rule.along == "rows" else (table.rows, table.column_leaves)
    if rule.along == "rows":
        across = (*across, *table.collapsible_rows)
    left, right = rule.sides()

    def term(printed: str, line: Leaf) -> Term:
        name = printed.replace("last.", "", 1)
        last = name != printed

        def fact(path: str) -> str:
            return f"{table.key}/{line.path}/{path}" if rule.along == "rows" else f"{table.key}/{path}/{line.path}"

        node = next((leaf for leaf in _nodes(summed) if leaf.path == name), None)
        if node is None:
            raise ConfigError(
                f"规则 {rule.id} 提到的「{name}」不在表 {table.key} 里", "generator/forms", "请改规则的 sum"
            )
        parts = tuple(fact(leaf.path) for leaf in _leaves_under(node))
        whole = fact(name) if node.item.collapsible or not node.item.items else None
        return Term(f"{'上年报告的' if last else ''}{node.item.name}", whole, parts, last)

    for line in across:
        for group in rule.within:
            lead = f"{group}." if group else ""
            labels = [line.label] + [node.label for node in _nodes(summed) if node.path == group]
            sides = [tuple(term(_under(lead, name), line) for name in side) for side in (left, right)]
            where = f"{line.path}/{group}".strip("/")
            yield Identity(rule, table, where, " › ".join(label for label in labels if label), *sides)


def _under(lead: str, name: str) -> str:
    """The name inside a group of columns: last.a of the group b is last.b.a."""
    return f"last.{lead}{name.removeprefix('last.')}" if name.startswith("last.") else lead + name


def _leaves_under(node: Leaf) -> list[Leaf]:
    if not node.item.items:
        return [node]
    return [Leaf(f"{node.path}.{leaf.path}", (*node.trail, *leaf.trail)) for leaf in _leaves(node.item.items)]


@cache
def load_form(form_id: str) -> Form:
    """Return the form ``form_id`` ("2019", "2021"); KeyError for an unknown one."""
    if form_id not in form_ids():
        raise KeyError(form_id)
    return Form.model_validate(read_form(form_id))


def load_forms() -> tuple[Form, ...]:
    """Return all forms, oldest first."""
    return tuple(load_form(form_id) for form_id in form_ids())
