"""Sentences about the order of steps, in many phrasings, and what they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.planner.stated.document import sentences_in
from orchestrate_ls.planner.stated.orders import OrderReader
from orchestrate_ls.planner.stated.quotes import Quoter
from orchestrate_ls.planner.stated.references import StepIndex

STEPS = ["Boil water", "Chop the onions", "Make the sauce", "Add pasta", "Serve the dish", "Wash up"]


def read(text: str, subject: int | None = None) -> OrderReader:
    index = StepIndex([[name] for name in STEPS], [str(n) for n in range(1, len(STEPS) + 1)])
    reader = OrderReader(index, Quoter(text))
    for start, end in sentences_in(text, 0, len(text)):
        reader.read(start, end, subject)
    return reader


def orders(text: str, subject: int | None = None) -> list[str]:
    return sorted({f"{each.before + 1}>{each.after + 1}" for each in read(text, subject).orders})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Step 3 can only start after step 1 is done.", "1>3"),
        ("'Boil water' must be finished before 'Add pasta'.", "1>4"),
        ("Once boil water is done, add pasta can start.", "1>4"),
        ("Once step 1 is done, step 2 and step 3 can go in parallel.", "1>2 1>3"),
        ("First do step 1, then steps 2 and 3, finally step 4.", "1>2 1>3 2>4 3>4"),
        ("First, boil water. Then chop the onions. Finally, serve.", "1>2 2>5"),
        ("Steps 2 and 3 can only start when 1 is finished.", "1>2 1>3"),
        ("Step 4 requires step 1 and step 2.", "1>4 2>4"),
        ("Do not start step 4 until step 1 is finished.", "1>4"),
        ("Don't add the pasta before the water has boiled.", "1>4"),
        ("Step 4 needs the result of step 1.", "1>4"),
        ("Before serving, make the sauce and chop the onions.", "3>5 2>5"),
        ("Step 1 must precede step 2, and step 3 must precede step 4.", "1>2 3>4"),
        ("Steps 1 and 2 must precede step 3, and step 3 must precede steps 4 and 5.", "1>3 2>3 3>4 3>5"),
        ("After step 1, step 2 and step 3 can start.", "1>2 1>3"),
        ("After step 1 and step 2, step 3 can start.", "1>3 2>3"),
        ("After steps 1 and 2, do step 3.", "1>3 2>3"),
        ("Step 3 depends on steps 1, 2.", "1>3 2>3"),
        ("3 depends on 1 and 2.", "1>3 2>3"),
        ("1 -> 2 -> 4, 1 -> 3", "1>2 2>4 1>3"),
        ("Step 3 does not depend on step 1.", ""),
        ("Steps 2 and 3 can be done in parallel after step 1.", "1>2 1>3"),
        ("While the sauce is being made, chop the onions.", ""),
        ("Step 3 can start after step 1 but before step 4.", "1>3 3>4"),
        ("Step 1 must precede step 2 and follow step 3.", "1>2 3>1"),
        ("Only once steps 1 and 2 are both finished may step 3 begin.", "1>3 2>3"),
        ("Until step 1 is complete, step 2 cannot begin.", "1>2"),
        ("Step 2 cannot begin without step 1.", "1>2"),
        ("Step 1 is a prerequisite for steps 2 and 3.", "1>2 1>3"),
        ("To start step 4, steps 1 and 3 must be finished.", "1>4 3>4"),
        ("Step 5 comes after all other steps.", "1>5 2>5 3>5 4>5 6>5"),
        ("Step 1 comes before everything else.", "1>2 1>3 1>4 1>5 1>6"),
        ("The steps must be done in order.", "1>2 2>3 3>4 4>5 5>6"),
        ("Each step depends on the previous one.", "1>2 2>3 3>4 4>5 5>6"),
        ("Step 1 blocks step 2.", "1>2"),
        ("Step 2 is blocked by step 1.", "1>2"),
        ("Boil the water before you add the pasta.", "1>4"),
        ("Adding pasta requires boiled water.", "1>4"),
        ("You can serve as soon as the sauce is made and the pasta has been added.", "3>5 4>5"),
        ("Step 2 follows step 1.", "1>2"),
        ("Step 1 is followed by step 2, followed by step 3.", "1>2 2>3"),
        (
            "Start with step 1. After that, do steps 2 and 3 in parallel. Once both are done, do step 4.",
            "1>2 1>3 2>4 3>4",
        ),
        ("First step 1. Then step 2. Meanwhile, step 3. Finally, step 4.", "1>2 1>3 2>4 3>4"),
        ("Step 2 waits for step 1.", "1>2"),
        ("Wait for step 1 before starting step 2.", "1>2"),
        ("Step 1 needs to be completed before step 2; step 3 can start once step 2 is done.", "1>2 2>3"),
        ("If step 1 is finished, step 4 may start.", "1>4"),
        ("The first step must be finished before the second and third steps.", "1>2 1>3"),
        ("Step 6 is the last step.", "1>6 2>6 3>6 4>6 5>6"),
        ("Step 6 must be done last.", "1>6 2>6 3>6 4>6 5>6"),
        ("Step 1 before step 2 and step 3 before step 4.", "1>2 3>4"),
        ("Step 1 must not start before step 2 is finished.", "2>1"),
        ("You can't do step 3 until you have finished steps 1 and 2.", "1>3 2>3"),
        ("Step 1 has to be finished for step 2 to start.", "1>2"),
        ("Step 1 unlocks steps 2 and 3.", "1>2 1>3"),
        ("Step 4 can begin two hours after step 1 ends.", "1>4"),
        ("Having finished step 1, you may do step 2 or step 3.", "1>2 1>3"),
        ("As soon as 1 and 2 are done, 3 can start.", "1>3 2>3"),
        ("Pasta goes in after the water boils.", "1>4"),
        ("Both step 1 and step 2 have to be completed prior to step 3.", "1>3 2>3"),
        ("Step 1 and step 2 are independent.", ""),
        ("There is no order between step 2 and step 3.", ""),
        ("Upon completion of step 1, proceed to step 2.", "1>2"),
        ("With step 1 out of the way, move on to step 2.", "1>2"),
        ("Step 2 builds on step 1 and step 3 builds on step 2.", "1>2 2>3"),
        ("Step 5 can only be started when steps 3 and 4 have both been finished.", "3>5 4>5"),
        ("For step 4, steps 2 and 3 are needed.", "2>4 3>4"),
        ("Step 2, step 3 and step 4 all have to wait until step 1 is done.", "1>2 1>3 1>4"),
        ("The sauce must be ready before serving.", "3>5"),
        ("Step 1 should be done first, then step 2.", "1>2"),
        ("Step 1 → Step 2", "1>2"),
        ("Do step 1 and only then step 2.", "1>2"),
        ("Step 2 can't happen earlier than step 1.", "1>2"),
        ("Step 3 must come between step 1 and step 4.", "1>3 3>4"),
        ("Do step 2 as the next thing after step 1.", "1>2"),
        ("You need to have completed step 1 to be able to start step 2.", "1>2"),
        ("You must finish step 1 in order to start step 2.", "1>2"),
        ("Finish step 1 so that step 2 can start.", "1>2"),
        ("Step 1 must be finished first before starting step 2.", "1>2"),
        ("Neither step 2 nor step 3 may begin until step 1 is over.", "1>2 1>3"),
        ("Step 4 has steps 2 and 3 as prerequisites.", "2>4 3>4"),
        ("The prerequisites of step 4 are steps 2 and 3.", "2>4 3>4"),
    ],
)
def test_a_sentence_says_which_step_waits_for_which(text: str, expected: str):
    assert orders(text) == sorted(expected.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("after step 1", "1>3"),
        ("depends on steps 1 and 2", "1>3 2>3"),
        ("before step 4", "3>4"),
        ("blocked by #2", "2>3"),
        ("blocks steps 4 and 5", "3>4 3>5"),
        ("Depends on: 1, 2", "1>3 2>3"),
        ("Prerequisites: none", ""),
        ("can only start once the water has boiled", "1>3"),
        ("needs the result of step 1", "1>3"),
        ("after all previous steps", "1>3 2>3"),
        ("in parallel with step 2", ""),
    ],
)
def test_words_beside_a_step_are_about_that_step(text: str, expected: str):
    assert orders(text, subject=2) == sorted(expected.split())


@pytest.mark.parametrize(
    "text", ["Painting must precede roofing.", "Step 2 can only start after the roof is painted."]
)
def test_an_order_that_cannot_be_read_is_kept_as_not_understood(text: str):
    reader = read(text)
    assert reader.orders == []
    assert [quote.text for quote in reader.not_understood] == [text]


def test_prose_without_an_order_is_no_concern():
    assert read("Use the big pot for this. It stands on the shelf.").not_understood == []


def test_a_lag_is_read():
    (order,) = read("Step 4 can begin two hours after step 1 ends.").orders
    assert order.lag is not None
    assert [(int(n), unit) for n, unit in order.lag.parts] == [(2, "h")]


def test_steps_that_may_run_side_by_side():
    found = read("Steps 2 and 3 can be done in parallel.").parallels
    assert [(each.first + 1, each.second + 1) for each in found] == [(2, 3)]


@given(
    st.lists(
        st.sampled_from(
            [
                "step 1",
                "steps 2 and 3",
                "'Add pasta'",
                "it",
                "before",
                "after",
                "once",
                "is done",
                ",",
                "and",
                "or",
                "not",
                "then",
                "until",
                "must",
                ";",
                "all others",
                "->",
            ]
        ),
        max_size=14,
    )
)
def test_no_jumble_of_words_breaks_the_reader(words: list[str]):
    reader = read(" ".join(words))
    assert all(
        0 <= o.before < len(STEPS) and 0 <= o.after < len(STEPS) and o.before != o.after
        for o in reader.orders
    )
