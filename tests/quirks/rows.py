"""Quirks of rows: lost, doubled, shifted, split; labels in the wrong place or gone."""

from random import Random

from sheet import Line, Slot

from quirks.tools import Spoiled, on_lines, some_path, some_row


def drop_row(spoiled: Spoiled, random: Random) -> Spoiled:
    """One row is missing."""
    gone: list[str] = []

    def drop(line: Line) -> list[Line]:
        gone.extend(slot.fact for slot in line.slots if slot.fact)
        return []

    spoiled = some_row(spoiled, random, drop)
    cells = {path: value for path, value in spoiled.cells.items() if path not in gone}
    return spoiled._replace(cells=cells, dropped=frozenset(gone))


def double_row(spoiled: Spoiled, random: Random) -> Spoiled:
    """One row is printed twice."""
    return some_row(spoiled, random, lambda line: [line, line])


def lose_parent(spoiled: Spoiled, random: Random) -> Spoiled:
    """The label of a group is not there (page breaks do this)."""

    def lose(line: Line) -> list[Line]:
        labels = [i for i, slot in enumerate(line.slots) if slot.label and slot.text]
        lost = labels[:-1] if line.path and random.random() < 0.5 else []
        return [line._replace(slots=[s._replace(text="") if i in lost else s for i, s in enumerate(line.slots)])]

    return on_lines(spoiled, lose)


def split_table(spoiled: Spoiled, random: Random) -> Spoiled:
    """An empty line stands in the middle of a table."""
    return some_row(spoiled, random, lambda line: [Line([]), line])


def split_rebased(spoiled: Spoiled, random: Random) -> Spoiled:
    """A table is split, and behind the gap the cells merged with those above it are not there at all (S1, S2)."""
    behind = False

    def split(line: Line) -> list[Line]:
        nonlocal behind
        if line.path == chosen:
            behind = True
        bare = [slot for i, slot in enumerate(line.slots) if not slot.merged or any(s.text for s in line.slots[:i])]
        return [*([Line([])] if line.path == chosen else []), line._replace(slots=bare) if behind else line]

    chosen = some_path(spoiled, random)
    return on_lines(spoiled, split)


def rebased_row(spoiled: Spoiled, random: Random) -> Spoiled:
    """One row begins with its own label: the cells merged with those above it are not there (S3)."""
    return some_row(
        spoiled, random, lambda line: [line._replace(slots=[slot for slot in line.slots if not slot.merged])]
    )


def moved_label(spoiled: Spoiled, random: Random) -> Spoiled:
    """The label of one row stands a column to the right, where it spans several (S2)."""

    def move(line: Line) -> list[Line]:
        wide = next((i for i, slot in enumerate(line.slots) if slot.label and slot.across > 1), None)
        if wide is None:
            return [line]
        label = line.slots[wide]
        moved = [Slot("", label=True), label._replace(across=label.across - 1)]
        return [line._replace(slots=[*line.slots[:wide], *moved, *line.slots[wide + 1 :]])]

    return some_row(spoiled, random, move)


def empty_rows(spoiled: Spoiled, random: Random) -> Spoiled:
    """Rows of empty cells stand between rows."""
    return on_lines(
        spoiled,
        lambda line: [line, Line([Slot("", slot.across) for slot in line.slots])] if random.random() < 0.1 else [line],
    )


def repeated_header(spoiled: Spoiled, random: Random) -> Spoiled:
    """A table's header is printed again in its middle, as Word does on a new page."""
    header: list[Line] = []

    def repeat(line: Line) -> list[Line]:
        if line.path is None:
            if done[-1]:
                header.clear()
            header.append(line)
        done.append(line.path is not None)
        return [*header, line] if line.path == chosen else [line]

    done = [False]
    chosen = some_path(spoiled, random)
    return on_lines(spoiled, repeat)


def page_marks(spoiled: Spoiled, random: Random) -> Spoiled:
    """The number of a page stands between rows. A bare figure does not: without rows nobody could tell it."""
    return some_row(spoiled, random, lambda line: [Line([Slot(random.choice(["- 4 -", "— 12 —", "第 4 页"]))]), line])


def lost_label(spoiled: Spoiled, random: Random) -> Spoiled:
    """One row has its figures and no label of its own."""

    def lose(line: Line) -> list[Line]:
        own = max(i for i, slot in enumerate(line.slots) if slot.label and slot.text)
        gone.update(slot.fact for slot in line.slots if slot.fact)
        return [line._replace(slots=[s._replace(text="") if i == own else s for i, s in enumerate(line.slots)])]

    gone: set[str] = set()
    return some_row(spoiled, random, lose).without(gone)


def doubled_differently(spoiled: Spoiled, random: Random) -> Spoiled:
    """One row is printed twice, with another figure the second time."""

    def double(line: Line) -> list[Line]:
        facts = [i for i, slot in enumerate(line.slots) if slot.fact]
        gone.update(line.slots[i].fact or "" for i in facts)
        at = random.choice(facts)
        other = line.slots[at]._replace(text="3" if line.slots[at].text != "3" else "4")
        return [line, line._replace(slots=[*line.slots[:at], other, *line.slots[at + 1 :]])]

    gone: set[str] = set()
    return some_row(spoiled, random, double).without(gone)
