"""A search index in small files, of which a browser fetches the few that a query needs. See docs in each module.

``blocks`` cuts entries, ``piece`` makes one block ready (cache it under ``Block.digest``), ``files`` strings pieces
together; ``amended`` makes a piece of an older one. All are values in, values out; ``index`` does the three in turn.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from generator.search.amend import amended, near
from generator.search.block import Block, Entry, blocks, piece
from generator.search.files import FOLDER, files
from generator.search.letters import fold, words

Run = Callable[[Callable[[Block], bytes], Iterable[Block]], Iterable[bytes]]


def index(
    entries: Iterable[Entry], regions: Mapping[str, str], labels: Mapping[str, object], run: Run = map
) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of every file of the index of sorted ``entries``; ``run`` may be an executor's map."""
    return files(run(piece, blocks(entries)), regions, labels)


__all__ = ["FOLDER", "Block", "Entry", "Run", "amended", "blocks", "files", "fold", "index", "near", "piece", "words"]
