"""The server, with an answer to SIGUSR1: how many objects and blocks of memory it holds, written to a file as JSON.

python tests/benchmarks/soak_server.py COUNTS_FILE
"""

from __future__ import annotations

import gc
import json
import signal
import sys
from pathlib import Path


def main() -> int:
    file = Path(sys.argv[1])

    def count(*_: object) -> None:
        gc.collect()
        # Those that were taken out of the collector's sight count as well.
        counts = {
            "objects": len(gc.get_objects()) + gc.get_freeze_count(),
            "blocks": sys.getallocatedblocks(),
        }
        unfinished = file.with_suffix(".part")
        unfinished.write_text(json.dumps(counts), encoding="utf-8")
        unfinished.replace(file)

    signal.signal(signal.SIGUSR1, count)
    from orchestrate_ls.lsp.run import serve

    return serve([])


if __name__ == "__main__":
    sys.exit(main())
