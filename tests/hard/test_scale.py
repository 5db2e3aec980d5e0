"""The measurements of growth themselves, at sizes that say nothing about it, and what was found to grow too fast."""

import time
from collections.abc import Callable

import pytest

from orchestrate_ls.rules.suppressions import suppressions_in
from tests.hard.scale import Report, sizes_up_to, slope
from tests.hard.scale_shapes import SHAPES, comments
from tests.hard.scale_work import measure


def test_the_slope_is_the_exponent() -> None:
    sizes = [100, 200, 400, 800]
    assert slope(sizes, [3 * size for size in sizes]) == pytest.approx(1)
    assert slope(sizes, [0.1 * size**2 for size in sizes]) == pytest.approx(2)


def test_sizes_double_up_to_the_full_one() -> None:
    assert sizes_up_to(800, 4) == [100, 200, 400, 800]


def test_what_grows_too_fast_is_remembered() -> None:
    report = Report()
    report.line("linear", [1, 2, 4], [1.0, 2.0, 4.0])
    report.line("square", [1, 2, 4], [1.0, 4.0, 16.0])
    assert report.steep == ["square: n^2.00"]


@pytest.mark.parametrize("shape", SHAPES)
def test_all_can_be_done_to_each_shape(shape: str) -> None:
    text = SHAPES[shape].make(6)
    seconds = measure(text)
    assert {"parse", "check", "edit", "rename", "format"} <= seconds.keys()


def grows_no_faster(work: Callable[[str], object], small: str, large: str) -> bool:
    """Whether work takes no more than three times its share for the larger text, by the quicker of three tries each."""

    def seconds(text: str) -> float:
        tries: list[float] = []
        for _ in range(3):
            started = time.process_time()
            work(text)
            tries.append(time.process_time() - started)
        return min(tries)

    return seconds(large) < 3 * len(large) / len(small) * max(seconds(small), 0.001)


def test_thousands_of_suppressions_in_one_part_are_read_in_linear_time() -> None:
    assert grows_no_faster(suppressions_in, comments(1000), comments(16_000))
