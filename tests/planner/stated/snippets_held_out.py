"""More snippets, written after the reader was made to hold those of `snippets.py`; see there for the notation."""

from tests.planner.stated.snippets import APP, MOVE, PARTY

GARDEN = "Dig the beds; Buy the seeds; Sow the carrots; Plant the roses; Water everything; Clean the tools"
DATA = "Export the customers; Clean the records; Train the model; Evaluate the model; Publish the report"

HELD_OUT: list[tuple[str, str, str]] = [
    (GARDEN, "You can't sow until the beds have been dug and the seeds are bought.", "1>3 2>3"),
    (GARDEN, "Planting the roses requires that the beds are dug.", "1>4"),
    (GARDEN, "Watering comes after sowing and planting.", "3>5 4>5"),
    (GARDEN, "Clean the tools at the very end.", "1>6 2>6 3>6 4>6 5>6"),
    (GARDEN, "As soon as the carrots are sown and the roses planted, water everything.", "3>5 4>5"),
    (GARDEN, "Tools are cleaned once everything has been watered.", "5>6"),
    (GARDEN, "Steps 3 and 4 may happen at the same time, but both need step 1.", "1>3 1>4"),
    (
        GARDEN,
        "Tom digs the beds. Lisa will buy the seeds, then she sows the carrots.",
        "1:tom 2:lisa 3:lisa 2>3",
    ),
    (GARDEN, "Digging takes a day and a half, sowing 30 min.", "1=12h 3=30m seq"),
    (GARDEN, "The roses must be planted by 30 November.", "4<2026-11-30 seq"),
    (GARDEN, "Digging the beds should take about two hours.", "1=2h seq"),
    (GARDEN, "Buying seeds can be done any time before sowing.", "2>3"),
    (DATA, "The model can only be trained when the records are clean.", "2>3"),
    (DATA, "Training depends on cleaning, which depends on the export.", "2>3 1>2"),
    (DATA, "Before the report gets published, the model has to be evaluated.", "4>5"),
    (DATA, "Evaluation is not possible without training.", "3>4"),
    (
        DATA,
        "First the export, then cleaning, then training. Evaluation follows. Publication comes last.",
        "1>2 2>3 3>4 4>5 1>5 2>5 3>5",
    ),
    (DATA, "Evaluate after training; publish when the evaluation is finished.", "3>4 4>5"),
    (DATA, "Nina trains and evaluates the model.", "3:nina 4:nina seq"),
    (DATA, "Step 2 is assigned to Omar, steps 3 and 4 to Nina.", "2:omar 3:nina 4:nina seq"),
    (DATA, "Exporting: 2 hrs, cleaning: 1-2 days, training: 1h30.", "1=2h 2=1d..2d 3=1h30m seq"),
    (DATA, "Training lasts three days, evaluation half a day.", "3=3d 4=4h seq"),
    (DATA, "Reserve 2 weeks for cleaning the records.", "2=2w seq"),
    (DATA, "The report is due next Friday.", "5<2026-12-04 seq"),
    (DATA, "All done by the end of the month, please.", "*<2026-11-30 seq"),
    (DATA, "We have one data engineer and nobody else.", "cap=1"),
    (DATA, "There is a team of four people.", "cap=4"),
    (DATA, "Cleaning must wait for the legal approval.", "? seq"),
    (DATA, "Train the model after step 2 and after the GPU has arrived.", "2>3 ?"),
    (APP, "Announcing the release before deployment is forbidden.", "5>6"),
    (APP, "The client and the API are built in parallel after the schema design.", "1>2 1>3"),
    (APP, "Deploy only if the tests are written and the client is built.", "4>5 3>5"),
    (APP, "Steps 2, 3 and 4 have no dependencies between them; step 5 needs all of them.", "2>5 3>5 4>5"),
    (
        APP,
        "Start with the schema. The API and the client come next. Then the tests. Finally deploy.",
        "1>2 1>3 2>4 3>4 4>5",
    ),
    (PARTY, "Once the cake is in place, decorate; meanwhile cook dinner.", "2>3"),
    (PARTY, "Dinner must be ready 30 minutes before the guests are welcomed.", "4>6+30m"),
    (PARTY, "Setting the table requires decorating first.", "3>5"),
    (MOVE, "Rent the van prior to loading it, and unload only after the drive.", "2>3 4>5"),
    (
        "",
        (
            "# Release\n\n- [ ] 1. Freeze the code (1 day)\n- [ ] 2. Run the tests (2 hrs)\n  - depends on 1\n"
            "- [ ] 3. Tag (5 min)\n  - after: 2\n  - owner: Kim\n"
        ),
        "1>2 2>3 1=1d 2=2h 3=5m 3:kim",
    ),
    (
        "",
        (
            "## Phase 1 - Prepare\n1. Collect data (2 days)\n2. Label data (3 days)\n\n## Phase 2 - Build\n"
            "3. Train (1 day)\n4. Tune (2 days)\n\nLabel after collecting. Tune after training.\n"
        ),
        "1>2 2>3 3>4 1=2d 2=3d 3=1d 4=2d",
    ),
]
