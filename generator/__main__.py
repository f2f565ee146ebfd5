"""``python -m generator``, and the ``nianbao`` command."""

import gc
import logging
import os
import sys
from typing import NoReturn

_UNSAID = 120  # Python's own code for it


def run() -> NoReturn:
    """Run the command and end this process at once.

    To take apart, object by object, what is known of ten thousand reports costs half a second, for nobody.
    """
    gc.set_threshold(500_000, 50, 1000)  # looking for garbage among what was imported finds none
    from generator.cli import main

    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        logging.shutdown()
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except OSError:  # whoever reads has gone, or the disk is full: not all was said
            code = code or _UNSAID
        os._exit(code)
    raise AssertionError("a command ends by itself")


if __name__ == "__main__":
    run()
