"""`python -m orchestrate_ls`: the same as the `orchestrate` command. Knows nothing but where that starts."""

import os
import sys

# `-m` puts the current folder first among the places where modules are looked for. It may be a stranger's, with a
# `json.py` in it: it is left out, unless it is where this program itself was found.
_OWN = os.path.realpath(os.path.join(__file__, os.pardir, os.pardir))  # noqa: PTH118 - before pathlib could be found
if not sys.flags.safe_path and os.path.realpath(sys.path[0] or os.curdir) != _OWN:
    del sys.path[0]

from orchestrate_ls.cli.main import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
