"""Sentences as people write them about the order, times, owners, dates and number of people of a plan, and their facts.

A snippet is a list of steps (or "" where the text lists its own), the words, and what they state:
`1>3` step 1 comes before step 3 (all orders together, up to what follows from others), `1>3+2h` with a lag, `seq` one
after the other, `2=45m` and `2=2d..3d` a time, `2:anna` an owner, `2<2026-12-01` and `*<2w` a deadline of a step and of
all, `cap=2` how many at once (`cap=any` no limit), `?` that the reader has to be told something.
Times of day and week are those of the plan format unless the words say otherwise; now is Monday, 2026-11-23.
"""

MOVE = "Pack the books; Rent a van; Load the van; Drive to the new flat; Unload"
APP = (
    "Design the schema; Build the API; Build the web client; Write the tests; Deploy the service;"
    " Announce the release"
)
PARTY = "Send invitations; Bake the cake; Decorate the room; Cook dinner; Set the table; Welcome the guests"

SNIPPETS: list[tuple[str, str, str]] = [
    # several conditions in one sentence
    (MOVE, "Loading can only start once packing is done and the van is rented.", "1>3 2>3"),
    (MOVE, "As soon as the books are packed and the van has been rented, we can load.", "1>3 2>3"),
    (MOVE, "Loading requires both packing and renting.", "1>3 2>3"),
    (MOVE, "Don't load the van until the books are packed and the van is rented.", "1>3 2>3"),
    (MOVE, "Unless the van is rented and the books are packed, loading cannot start.", "1>3 2>3"),
    (MOVE, "Drive after loading. Unload after driving.", "3>4 4>5"),
    (APP, "The service must not be deployed before the API is built and the tests are written.", "2>5 4>5"),
    (
        APP,
        "Deployment happens after the tests have been written and before the release is announced.",
        "4>5 5>6",
    ),
    (APP, "Both the API and the web client need the schema.", "1>2 1>3"),
    (APP, "When the API is built, the tests can be written and the web client can be built.", "2>4 2>3"),
    (APP, "Once steps 1-3 are through, write the tests; deploy once they pass.", "1>4 2>4 3>4 4>5"),
    (
        PARTY,
        "The guests are welcomed once the table is set, the room is decorated and dinner is cooked.",
        "5>6 3>6 4>6",
    ),
    (PARTY, "After both the cake is baked and dinner is cooked, the table can be set.", "2>5 4>5"),
    # gerunds, nominalisations, passive
    (APP, "Deployment follows testing.", "4>5"),
    (APP, "Schema design precedes everything else.", "1>2 1>3 1>4 1>5 1>6"),
    (APP, "Building the API is blocked by the design of the schema.", "1>2"),
    (APP, "The announcement goes out only after deployment.", "5>6"),
    (APP, "Testing is required before deployment can happen.", "4>5"),
    (PARTY, "Decoration has to be finished before the guests get welcomed.", "3>6"),
    (PARTY, "Setting the table can wait until the cooking is over.", "4>5"),
    (PARTY, "The invitations have to be sent before anything else.", "1>2 1>3 1>4 1>5 1>6"),
    (MOVE, "Renting the van comes first, then loading, then driving.", "2>3 3>4"),
    # pronouns and references
    (
        APP,
        (
            "First design the schema. After that, build the API. This must be finished before the tests are"
            " written."
        ),
        "1>2 2>4",
    ),
    (
        APP,
        "Build the API and the web client after the schema is designed. Both must be done before deployment.",
        "1>2 1>3 2>5 3>5",
    ),
    (APP, "The API needs the schema. It has to be built before the tests are written.", "1>2 2>4"),
    (APP, "Step 5 needs steps 2-4. The latter need step 1.", "2>5 3>5 4>5 1>2 1>3 1>4"),
    (APP, "All of the above must be finished before step 6.", "1>6 2>6 3>6 4>6 5>6"),
    (APP, "Announce the release last.", "1>6 2>6 3>6 4>6 5>6"),
    (APP, "Everything else can happen in parallel, but the release is announced after deployment.", "5>6"),
    (APP, "Steps 2-4 can run in parallel once step 1 is done.", "1>2 1>3 1>4"),
    (APP, "Steps 2 through 4 all depend on step 1, and step 5 on all three.", "1>2 1>3 1>4 2>5 3>5 4>5"),
    (MOVE, "Pack the books. In the meantime, rent a van. When both are done, load the van.", "1>3 2>3"),
    (
        PARTY,
        "Send the invitations first. Then bake the cake and, simultaneously, decorate the room.",
        "1>2 1>3",
    ),
    (PARTY, "Cook dinner. While it is cooking, set the table. Finally, welcome the guests.", "4>6 5>6"),
    (PARTY, "Step 5 can be done any time before step 6.", "5>6"),
    (APP, "Step 3 doesn't need to wait for step 2. Both need step 1.", "1>2 1>3"),
    (APP, "The second step depends on the first, the fifth on the fourth.", "1>2 4>5"),
    (APP, "Each step waits for the one before it.", "seq"),
    (APP, "Steps 1 and 2 first, in any order; then step 3, then 4.", "1>3 2>3 3>4"),
    (APP, "Don't begin step 5 before step 4 is complete; you may do step 3 while step 2 is running.", "4>5"),
    (APP, "1, 2 and 3 can be done simultaneously. 4 comes after them.", "1>4 2>4 3>4"),
    (APP, "Schema -> API -> tests -> deploy", "1>2 2>4 4>5"),
    # lags
    (PARTY, "Decorate the room two hours before welcoming the guests at the latest.", "3>6+2h"),
    (PARTY, "Set the table at least 1 hour after the cake is baked.", "2>5+1h"),
    # times
    (MOVE, "Packing takes 2-3 days and renting the van half an hour.", "1=2d..3d 2=30m seq"),
    (MOVE, "Loading the van: 1h30. Driving: 45 min.", "3=1h30m 4=45m seq"),
    (MOVE, "Allow a day and a half for packing.", "1=12h seq"),
    (MOVE, "It takes three hrs to unload.", "5=3h seq"),
    (MOVE, "Packing and loading take two hours each.", "1=2h 3=2h seq"),
    (MOVE, "Plan 90 minutes for the drive.", "4=90m seq"),
    (MOVE, "Steps 1 and 2 take 20 minutes each, all the others an hour.", "1=20m 2=20m 3=1h 4=1h 5=1h seq"),
    (MOVE, "Driving usually lasts one to two hours.", "4=1h..2h seq"),
    (
        APP,
        "We estimate 3 days for the API, 5 days for the web client and 1 week for tests.",
        "2=3d 3=5d 4=1w seq",
    ),
    # owners
    (MOVE, "Anna packs the books.", "1:anna seq"),
    (MOVE, "Bob rents the van and loads it. Anna drives.", "2:bob 3:bob 4:anna seq"),
    (MOVE, "The books are packed by Anna, and Bob takes care of unloading.", "1:anna 5:bob seq"),
    (MOVE, "Steps 1 and 2 are on Anna; Bob does the rest.", "1:anna 2:anna 3:bob 4:bob 5:bob seq"),
    (
        APP,
        "@carol owns the API. Dave is responsible for the web client and the tests.",
        "2:carol 3:dave 4:dave seq",
    ),
    (APP, "Erin will deploy the service, Frank announces the release.", "5:erin 6:frank seq"),
    (APP, "Owner of step 2: Grace", "2:grace seq"),
    (MOVE, "Anna and Bob do it.", "? seq"),
    # deadlines
    (APP, "The API must be finished by 1 December.", "2<2026-12-01 seq"),
    (APP, "Everything has to be live by Friday.", "*<2026-11-27 seq"),
    (APP, "We need to ship within two weeks.", "*<2026-12-07 seq"),
    (APP, "Tests are due on 2026-12-04.", "4<2026-12-04 seq"),
    (APP, "Deadline for the schema: tomorrow.", "1<2026-11-24 seq"),
    (APP, "Deploy no later than Dec 15th.", "5<2026-12-15 seq"),
    (APP, "The release has to be announced by the end of next week.", "6<2026-12-04 seq"),
    # capacity
    (MOVE, "We have two people.", "cap=2 "),
    (MOVE, "Only one person is available.", "cap=1"),
    (MOVE, "There are three of us. Load after packing.", "cap=3 1>3"),
    (MOVE, "At most 2 tasks at a time.", "cap=2"),
    (MOVE, "Any number of helpers can join.", "cap=any"),
    # whole documents
    (
        "",
        (
            "## Phase 1: Foundation\n- Step 1.1: Create the repo (1h)\n- Step 1.2: Set up CI (2h)\n\n## Phase 2:"
            " Feature\n- Step 2.1: Write the parser (2d)\n- Step 2.2: Write the printer (1d), parallel to step 2.1\n"
            "- Step 2.3: Release, after 2.1 and 2.2\n"
        ),
        "1>2 2>3 2>4 3>5 4>5 1=1h 2=2h 3=2d 4=1d",
    ),
    (
        "",
        (
            "Minutes of the meeting\n\nAction items:\n- Anna: write the announcement (2h), by 2026-12-01\n"
            "- Bob will book the room\n- Carla to send invitations once the room is booked\n"
        ),
        "1:anna 2:bob 3:carla 2>3 1=2h 1<2026-12-01",
    ),
    (
        "",
        (
            "- [ ] Schema (2d)\n- [ ] API (3d) - needs schema\n- [ ] Client (3d) - needs API\n- [ ] Docs (1d) -"
            " can start right away\n"
        ),
        "1>2 2>3 1=2d 2=3d 3=3d 4=1d",
    ),
    (
        "",
        (
            "| # | Task | Owner | Effort | Blocked by |\n|---|---|---|---|---|\n| 1 | Dig the hole | Tom | 3 h | |\n"
            "| 2 | Buy a tree | Ann | 1 h | - |\n| 3 | Plant it | Tom | 30 min | 1, 2 |\n"
            "| 4 | Water it | Ann | 5 min | 3 |\n"
        ),
        "1>3 2>3 3>4 1=3h 2=1h 3=30m 4=5m 1:tom 2:ann 3:tom 4:ann",
    ),
    (
        "",
        (
            "# Bread\n\nMix the dough (10 min). Let it rise for 2 hours. While it rises, preheat the oven (20 min)."
            " Then bake the bread for 40 minutes.\n"
        ),
        "1>2 2>4 1>3 3>4 1=10m 2=2h 3=20m 4=40m",
    ),
    (
        "",
        (
            "1. Backend\n   1. Design tables (1d)\n   2. Write endpoints (2d), after 1.1\n2. Frontend\n"
            "   1. Mock-ups (1d)\n   2. Components (3d), after 2.1 and 1.2\n"
        ),
        "1>2 3>4 2>4 1=1d 2=2d 3=1d 4=3d",
    ),
    (
        "",
        (
            "Plan:\n1) Export data - 1h30\n2) Transform data - a day and a half\n3) Import data - 45 min\n\n"
            "Import needs the transformed data; transforming needs the exported data.\n"
        ),
        "1>2 2>3 1=1h30m 2=12h 3=45m",
    ),
    (
        "",
        (
            "To do:\n* paint the walls (1 day) (depends on: fill the holes)\n* fill the holes (2 hours)\n"
            "* lay the floor (2 days) [after paint the walls]\n"
        ),
        "2>1 1>3 1=1d 2=2h 3=2d",
    ),
    ("", "1. Build the backend\n2. Build the UI\n3. Release\n\nNo UI. Release after the backend.\n", "1>3 ?"),
    (
        "",
        "1. Review\n2. Fix\n3. Review\n4. Ship\n\nFix before shipping. Review must be done before Ship.\n",
        "2>4 ?",
    ),
]
