"""Sentences put into fictional reports, in the many wordings of ``wordings``: true ones, and slips.

Knows nothing of where the reports come from: whoever has figures and texts of a report can have it say something.
"""

from collections.abc import Mapping
from random import Random
from typing import NamedTuple

from wordings import FIGURES, HONEST, NO_SLIPS, NONE, SAID, SLIPS


class Spoken(NamedTuple):
    """A report: its figures, its ``texts`` by section (added to), and the checks that ``must`` or ``may`` fail on it.

    ``us`` is the short name of its body, ending in 镇 or 局; ``town``: whether it is a township's.
    """

    cells: Mapping[str, int]
    texts: dict[str, str]
    must: set[str]
    may: set[str]
    us: str
    year: int
    town: bool

    def figure(self, key: str) -> int:
        """What the tables have for a name of ``FIGURES``."""
        return sum(self.cells[path] for path in FIGURES[key])

    def say(self, section: str, sentence: str, x: int = 0) -> None:
        """Add a paragraph of one sentence; the figures that it names besides ``x`` are those of the tables."""
        names: dict[str, object] = {key: self.figure(key) for key in FIGURES}
        names |= {"us": self.us, "our": self.us[-1], "x": x}
        names |= {"year": self.year, "last": self.year - 1, "next": self.year + 1}
        self.texts[section] += "\n" + sentence.format_map(names) + "\n"


def wrong_figure(told: Spoken, random: Random) -> None:
    """The text gives a figure that the tables do not have."""
    check = random.choice(sorted(SAID))
    key, sentences = SAID[check]
    told.say("overview", random.choice(sentences), x=told.figure(key) + random.randint(5000, 6000))
    told.must.add(check)
    told.may.update({"told-new", "told-received"})


def wrong_none(told: Spoken, random: Random) -> None:
    """The text says that there was nothing of what the tables count; nothing happens where they count nothing."""
    check = random.choice(sorted(NONE))
    key, sentences = NONE[check]
    if told.figure(key):
        told.say("overview", random.choice(sentences))
        told.must.add(check)
        told.may.update({"told-review", "told-litigation"})  # many say it of both at once


def slip(told: Spoken, random: Random) -> None:
    """A slip of the text against itself; only townships are asked whose name theirs is."""
    check = random.choice(sorted(SLIPS))
    if check != "prose-place" or told.town:
        section, sentences = SLIPS[check]
        told.say(section, random.choice(sentences))
        told.must.add(check)


def true_sentences(told: Spoken, random: Random) -> None:
    """Sentences that are true, or true of something else: nothing may be said of them."""
    key, sentences = SAID[random.choice(sorted(SAID))]
    told.say("overview", random.choice(sentences), x=told.figure(key))
    key, sentences = NONE[random.choice(sorted(NONE))]
    if not any(told.figure(one) for one in ("review", "suits", key)):
        told.say("overview", random.choice(sentences))
    told.say("overview", random.choice(HONEST), x=random.randint(1, 2000))
    section = random.choice(sorted(NO_SLIPS))
    told.say(section, random.choice(NO_SLIPS[section]))
