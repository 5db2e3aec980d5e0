"""Small files of each format, made by hand from its public documentation."""

TASK_MASTER = """\
{
  "master": {
    "tasks": [
      {"id": 1, "title": "Set up the repository", "description": "Create it.", "status": "done", "priority": "high",
       "dependencies": [], "details": "Use the template.", "testStrategy": "CI is green.", "subtasks": []},
      {"id": 2, "title": "Sign in", "description": "With GitHub", "status": "in-progress", "priority": "medium",
       "dependencies": [1], "subtasks": [
         {"id": 1, "title": "Configure OAuth", "status": "done", "dependencies": []},
         {"id": 2, "title": "Handle the callback", "status": "pending", "dependencies": [1]},
         {"id": 3, "title": "Old idea", "status": "cancelled"}]},
      {"id": 3, "title": "Deploy: to staging", "status": "pending", "dependencies": [2, 9]}
    ],
    "metadata": {"created": "2026-01-01T00:00:00Z"}
  }
}
"""

SPEC_KIT = """\
# Tasks: Photo albums

**Input**: Design documents from `/specs/001-albums/`

## Format: `[ID] [P?] [Story] Description`

## Phase 1: Setup

- [x] T001 Create the project structure
- [ ] T002 [P] Configure linting in pyproject.toml

## Phase 2: Foundational

- [ ] T003 Set up the database in src/db/schema.sql
- [ ] T004 [P] Add logging in src/log.py
- [ ] T005 [P] Add settings in `src/settings.py`
- [ ] T006 Wire them together in src/app.py

## Phase 3: User Story 1 - Create albums (Priority: P1)

- [ ] T007 [P] [US1] Test albums in tests/test_albums.py
- [ ] T008 [US1] Create the Album model in src/models/album.py

## Phase 4: User Story 2 - Share albums (Priority: P2)

- [ ] T009 [US2] Share links in src/share.py

## Phase 5: Polish

- [ ] T010 Write the documentation in docs/albums.md

## Dependencies

- T007 before T008
"""

BACKLOG = {
    "task-1 - Draw-the-schema.md": """\
---
id: task-1
title: Draw the schema
status: Done
assignee:
  - '@ann'
labels: [db]
dependencies: []
priority: high
---

## Description

<!-- SECTION:DESCRIPTION:BEGIN -->
Tables for users.
<!-- SECTION:DESCRIPTION:END -->

## Acceptance Criteria
<!-- AC:BEGIN -->
- [x] #1 Migrations run
- [ ] #2 A diagram is in docs
<!-- AC:END -->
""",
    "task-2 - Write-the-API.md": """\
---
id: task-2
title: 'Write the API: users'
status: In Progress
assignee: []
dependencies:
  - task-1
milestone: m1
---

## Description

Endpoints.
""",
    "task-2.1 - Users.md": "---\nid: task-2.1\ntitle: Users endpoint\nstatus: To Do\nparent_task_id: task-2\n---\n",
    "readme.md": "# Not a task\n",
}

BEADS = (
    '{"id":"bd-1","title":"Epic: sign in","status":"open","priority":1,"issue_type":"epic"}\n'
    '{"id":"bd-2","title":"Choose a provider","description":"Compare three","status":"closed","priority":0}\n\n'
    '{"id":"bd-3","title":"Build it","status":"open","priority":2,"assignee":"bo","estimated_minutes":90,'
    '"labels":["auth"],"acceptance_criteria":"- works\\n- is tested","dependencies":['
    '{"issue_id":"bd-3","depends_on_id":"bd-2","type":"blocks"},'
    '{"issue_id":"bd-3","depends_on_id":"bd-1","type":"parent-child"},'
    '{"issue_id":"bd-3","depends_on_id":"bd-2","type":"related"}]}\n'
    '{"id":"bd-4","title":"Gone","status":"tombstone","priority":2}\n'
)

ACTIONS = """\
name: CI
on: [push]
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: Lint it
        run: make lint
  test:
    runs-on: ${{ matrix.os }}
    strategy: {matrix: {os: [ubuntu-latest, windows-latest]}}
    steps: [{run: "make test\\nmake slow"}]
  publish:
    name: Publish to PyPI
    needs: [lint, test]
    if: github.ref == 'refs/heads/main'
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps: [{run: make publish}]
"""

CSV = """\
ID,Task Name,Duration,Predecessors,Resource Names,Priority,Cost Center
1,"Design, in detail",2d,,ann,High,17
2,Build,3d,1,bo,,17
3,Test,1d,"1;2SS+1d",ann,,17
"""

MERMAID = """\
---
title: Release
---
%% how we release
flowchart LR
    A[Freeze the code] --> B("Build<br>everything")
    A -->|risky| C{Migrate?}
    B & C ==> D[["Test it"]]:::slow
    D -.-> E((Ship))
    subgraph later
      E --- F>Party]
    end
    classDef slow fill:#f00
    style A fill:#bbf
"""

CHECK_LIST = """\
# Move to the new office

- [x] Sign the contract @ann
- [ ] Furnish it (2d)
  - [ ] D1: Buy desks (4h) @bo !high
        Twelve of them.
  - [ ] Put them up (3h) after: D1
- [-] Paint the walls

1. [ ] Pack (1d) after: Furnish it
2. [ ] Move
"""
