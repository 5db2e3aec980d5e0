"""`python -m orchestrate_ls`: the same as the `orchestrate` command. Knows nothing but where that starts."""

import sys

from orchestrate_ls.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
