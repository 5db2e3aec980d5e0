"""Times of the graph analysis at three sizes, beside networkx in the same run.

    python tests/benchmarks/graph.py [--sizes 1000,10000,50000] [--repeat 5] [--slow-networkx]

Prints the best of several runs in milliseconds, the ratio to networkx, and how times grow from size to size.
networkx's transitive reduction takes some 26 s at 10,000 activities, so beyond 2,000 it only runs with
--slow-networkx.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import networkx

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "server"))

from orchestrate_ls.schedule.blocking import blocking_counts
from orchestrate_ls.schedule.components import (
    breaking_links,
    shortest_cycle,
    strongly_connected_components,
)
from orchestrate_ls.schedule.critical_path import compute_times
from orchestrate_ls.schedule.network import Link, Network
from orchestrate_ls.schedule.reduction import redundant_links
from orchestrate_ls.schedule.shortening import shortening_gains
from orchestrate_ls.schedule.waves import waves

SLOW_FROM = 2_000  # activities from which networkx's transitive reduction is left out


def random_plan(size: int, seed: int = 1) -> tuple[list[int], list[Link]]:
    """Like a plan: two dependencies for each task, on tasks not far above it."""
    draw = random.Random(seed)
    links: list[Link] = []
    for after in range(1, size):
        befores = {draw.randrange(max(0, after - 50), after) for _ in range(2)}
        links += [Link(before, after) for before in sorted(befores)]
    return [draw.randrange(600, 8 * 3600) for _ in range(size)], links


def looped(durations: list[int], links: list[Link]) -> Network:
    """The same with one dependency that closes a cycle through most of the plan."""
    return Network(durations, [Link(len(durations) - 1, 0), *links])


def best_of(repeat: int, run: Callable[[], object]) -> float:
    """Milliseconds of the fastest run."""
    best = float("inf")
    for _ in range(repeat):
        gc.collect()
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return best * 1000


def connected(durations: list[int], links: list[Link]) -> Network:
    """A network with its adjacency built."""
    network = Network(durations, links)
    _ = network.successors
    return network


def networkx_graph(durations: list[int], links: list[Link]) -> networkx.DiGraph:
    """The same network for networkx: durations as edge lengths, an end after everything."""
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(len(durations)))
    graph.add_edges_from((before, after, {"length": durations[before]}) for before, after, _, _ in links)
    graph.add_edges_from((activity, "end", {"length": length}) for activity, length in enumerate(durations))
    return graph


def networkx_descendants(graph: networkx.DiGraph) -> list[int]:
    """What `blocking_counts` answers."""
    return [len(networkx.descendants(graph, activity)) for activity in graph]


def measure(size: int, repeat: int, slow_networkx: bool) -> dict[str, tuple[float, float | None]]:
    """(own, networkx) milliseconds for each question."""
    durations, links = random_plan(size)
    network = connected(durations, links)
    _ = network.waves
    cyclic = looped(durations, links)
    (component,) = strongly_connected_components(cyclic.successors)
    times = compute_times(network)
    graph = networkx_graph(durations, links)
    plain = networkx.DiGraph([(before, after) for before, after, _, _ in links])
    cyclic_graph = networkx.DiGraph([(before, after) for before, after, _, _ in cyclic.links])
    small = size < SLOW_FROM

    def whole() -> None:
        fresh = Network(durations, links)
        if not fresh.is_acyclic:
            strongly_connected_components(fresh.successors)
        compute_times(fresh)
        waves(fresh)

    def networkx_whole() -> None:
        fresh = networkx_graph(durations, links)
        list(networkx.strongly_connected_components(fresh))
        networkx.dag_longest_path(fresh, weight="length")
        list(networkx.topological_generations(fresh))

    questions: list[tuple[str, Callable[[], object], Callable[[], object] | None]] = [
        ("build", lambda: connected(durations, links), lambda: networkx_graph(durations, links)),
        (
            "components, no cycle",
            lambda: strongly_connected_components(network.successors),
            lambda: list(networkx.strongly_connected_components(graph)),
        ),
        (
            "components, large cycle",
            lambda: strongly_connected_components(cyclic.successors),
            lambda: list(networkx.strongly_connected_components(cyclic_graph)),
        ),
        ("shortest cycle", lambda: shortest_cycle(cyclic.successors, component), None),
        ("breaking links", lambda: breaking_links(cyclic, component), None),
        (
            "waves",
            lambda: waves(connected(durations, links)),
            lambda: list(networkx.topological_generations(networkx_graph(durations, links))),
        ),
        (
            "critical path",
            lambda: compute_times(network),
            lambda: networkx.dag_longest_path(graph, weight="length"),
        ),
        ("build to waves, as a whole", whole, networkx_whole),
        (
            "redundant links",
            lambda: redundant_links(network),
            (lambda: networkx.transitive_reduction(plain)) if small or slow_networkx else None,
        ),
        (
            "blocking counts",
            lambda: blocking_counts(network),
            (lambda: networkx_descendants(plain)) if small else None,
        ),
        ("shortening gains", lambda: shortening_gains(network, times), None),
    ]
    return {
        name: (best_of(repeat, own), best_of(1 if size > SLOW_FROM else 2, peer) if peer else None)
        for name, own, peer in questions
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="1000,10000,50000")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--slow-networkx", action="store_true")
    arguments = parser.parse_args()
    sizes = [int(size) for size in arguments.sizes.split(",")]
    results = {size: measure(size, arguments.repeat, arguments.slow_networkx) for size in sizes}
    for size in sizes:
        print(f"\n{size:,} activities {'ms':>21} {'networkx ms':>14} {'ratio':>8}")
        for name, (own, peer) in results[size].items():
            other = f"{peer:14.2f} {peer / own:7.1f}x" if peer is not None else f"{'-':>14}"
            print(f"  {name:28} {own:10.2f} {other}")
    print(f"\n{'growth':30}" + "".join(f"{f'{a:,} to {b:,}':>22}" for a, b in pairwise(sizes)))
    for name in results[sizes[0]]:
        factors = [results[b][name][0] / results[a][name][0] for a, b in pairwise(sizes)]
        print(f"  {name:28}" + "".join(f"{factor:21.1f}x" for factor in factors))


if __name__ == "__main__":
    main()
