"""What a check is, apart from how it is computed: what the page about it says."""

from typing import NamedTuple

from generator.report import Severity


class Check(NamedTuple):
    """``formula`` in words, ``basis`` the document that demands it, ``exceptions`` when a failure is no error."""

    id: str
    name: str
    question: str
    formula: str
    basis: str
    exceptions: str
    severity: Severity
    forms: tuple[str, ...]
