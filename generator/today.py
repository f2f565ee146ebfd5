"""The day of the build: SOURCE_DATE_EPOCH where it is set, so that the same commit is judged alike for ever."""

import os
import re
import time
from datetime import UTC, date, datetime, timedelta

from generator.errors import ConfigError

_NAME = "SOURCE_DATE_EPOCH"
_FIRST, _LAST = 1_199_145_600, 253_402_300_799  # 2008, before which there is no report; the last day that Python knows


def given_epoch() -> int | None:
    """Return SOURCE_DATE_EPOCH in seconds, None where it is not set or empty.

    Raises ConfigError for what is no whole number of seconds between 2008 and 9999: with a day before the first reports
    every file of an archive would be of a year yet to come.
    """
    given = os.environ.get(_NAME, "")
    if not given:
        return None
    if not re.fullmatch(r"[0-9]{1,15}", given) or not _FIRST <= int(given) <= _LAST:
        what = f"写的是「{given[:40]}」，应当是 2008 年以后某一刻的整秒数"
        raise ConfigError(what, f"环境变量 {_NAME}", "请改正或去掉这个环境变量，如 1767225600")
    return int(given)


def moment() -> int:
    """Return the moment of the build in seconds since 1970. Raises ConfigError like ``given_epoch``."""
    given = given_epoch()
    return int(time.time()) if given is None else given


def set_moment(seconds: int) -> None:
    """Let it be that moment in this process: who reads for another build must not go by a clock of its own."""
    os.environ[_NAME] = str(seconds)


def today() -> date:
    """Return the day of the build, in UTC. Raises ConfigError like ``given_epoch``."""
    return datetime.fromtimestamp(moment(), UTC).date()


def is_future(day: date) -> bool:
    """Whether ``day`` has not come yet anywhere: China is up to a day ahead of UTC."""
    return day > today() + timedelta(days=1)
