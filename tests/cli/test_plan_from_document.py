"""`orchestrate plan --from`: documents, standard input, remarks and explanations."""

from tests.cli.running import CommandLine, run_process

STEPS = "# Tea\n\n1. Boil water (5 min)\n2. Add tea (1 min)\n\nStep 2 can only start after step 1 is done.\n"


def test_a_document_becomes_a_plan(orchestrate: CommandLine):
    orchestrate.write("tea.md", STEPS)
    outcome = orchestrate("plan", "--from", "tea.md")
    assert (outcome.code, outcome.err) == (0, "")
    assert "Wrote tea.plan.yaml" in outcome.out
    assert orchestrate("check", "--fail-on", "warning").code == 0


def test_the_explanation_names_lines(orchestrate: CommandLine):
    orchestrate.write("tea.md", STEPS)
    out = orchestrate("plan", "--from", "tea.md", "--explain").out
    assert 'after T1, line 6: "Step 2 can only start after step 1 is done."' in out
    made = orchestrate("plan", "--from", "tea.md", "--explain", "--force", "--format", "json").json
    assert made["explanation"]["T2"]["facts"][-1].startswith("after T1, line 6")
    assert made["remarks"] == []


def test_a_goal_can_be_explained(orchestrate: CommandLine):
    out = orchestrate("plan", "Build a booking API with search", "--explain").out
    assert "Why each task is there" in out


def test_a_contradiction_is_shown_with_both_sentences(orchestrate: CommandLine):
    orchestrate.write("tea.md", STEPS + "Step 1 needs the result of step 2.\n")
    outcome = orchestrate("plan", "--from", "tea.md")
    assert outcome.code == 2
    assert "circle" in outcome.err
    assert "tea.md:6: Step 2 can only start after step 1 is done." in outcome.err
    assert "tea.md:7: Step 1 needs the result of step 2." in outcome.err
    assert orchestrate.names() == [".git", "tea.md"]


def test_what_was_not_understood_is_said(orchestrate: CommandLine):
    orchestrate.write("tea.md", STEPS + "Painting must precede roofing.\n")
    outcome = orchestrate("plan", "--from", "tea.md")
    assert outcome.code == 0
    assert "tea.md:7: Painting must precede roofing." in outcome.err


def test_what_is_missing(orchestrate: CommandLine):
    assert "there is no goal" in orchestrate("plan").err
    outcome = orchestrate("plan", "--from", "none.md")
    assert outcome.code == 2
    assert "none.md" in outcome.err
    orchestrate.write("empty.md", "")
    assert "document is empty" in orchestrate("plan", "--from", "empty.md").err


def test_standard_input(orchestrate: CommandLine):
    outcome = run_process(orchestrate.folder, "plan", "--from", "-", "-o", "-", stdin=STEPS.encode())
    assert outcome.code == 0
    assert "name: Boil water" in outcome.out
