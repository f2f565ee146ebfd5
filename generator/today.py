"""The day of the build: SOURCE_DATE_EPOCH where it is set, so that the same commit is judged alike for ever."""

import os
import time
from datetime import UTC, date, datetime, timedelta


def today() -> date:
    """Return the day of the build, in UTC."""
    return datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH") or time.time()), UTC).date()


def is_future(day: date) -> bool:
    """Whether ``day`` has not come yet anywhere: China is up to a day ahead of UTC."""
    return day > today() + timedelta(days=1)
