"""A process that runs orders on the durable engine until all have ended, to be killed by tests.

python -m tests.execution.engine_process STORE FOLDER SECONDS KEYS... ; STORE is a file's path or a database's address
"""

import sys
from pathlib import Path

from orchestrate_ls.execution.database import DatabaseAddress
from orchestrate_ls.execution.runner_dbos import LocalDbosEngine, SharedDbosEngine
from tests.execution.orders import PLAN, RUN, logging_agent, order


def main() -> None:
    store, folder, seconds, keys = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]), sys.argv[4:]
    command = logging_agent(folder, seconds)
    if store.startswith("postgres"):
        database = DatabaseAddress.parse(store)
        engine = SharedDbosEngine(
            database, PLAN, RUN, root=folder, capacity=4, commands=lambda _: command, lease=2
        )
    else:
        engine = LocalDbosEngine(Path(store), PLAN, RUN, capacity=4)
    print("ready", flush=True)
    for key in keys:
        engine.submit(order(key, folder, command))
    while engine.under_way():
        for each in engine.outcomes(1.0):
            print(each.ended, each.key, flush=True)
    engine.close()


if __name__ == "__main__":
    main()
