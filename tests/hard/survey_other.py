"""Three hundred YAML files of other kinds than plans, written for this survey: the same ones every time.

Many of them look like plans: Ansible, Taskfile, Argo and Tekton have tasks with dependencies, CI systems have steps that wait
for one another. Some hold the mark of plans where it does not count. Knows nothing of Orchestrate but that mark.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final, TypeAlias

COUNT: Final = 300
Maker: TypeAlias = Callable[[random.Random], tuple[str, str]]
"""Gives the name of a file and its text."""

_WORDS: Final = [
    "api",
    "web",
    "worker",
    "billing",
    "search",
    "auth",
    "gateway",
    "mail",
    "queue",
    "cache",
    "report",
    "admin",
    "user",
    "order",
    "stock",
    "ledger",
    "media",
    "sync",
    "edge",
    "batch",
]
_IMAGES: Final = (
    "alpine:3.20",
    "python:3.13-slim",
    "node:24",
    "postgres:17",
    "redis:8",
    "nginx:1.29",
    "ghcr.io/acme/app:1.4",
)
_PEOPLE: Final = ("Zoë", "Łukasz", "Nguyễn", "山田", "Марина", "فاطمة", "Siobhán", "Ανδρέας")


def _some(chance: random.Random, least: int, most: int) -> list[str]:
    return chance.sample(_WORDS, chance.randint(least, most))


def _join(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


def workflow(chance: random.Random) -> tuple[str, str]:
    jobs = _some(chance, 1, 4)
    lines = [f"name: {chance.choice(['CI', 'Release', 'Nightly checks'])}", "on:"]
    lines += chance.choice(
        [
            ["  push:", "    branches: [main, 'release/**']"],
            ["  schedule:", "    - cron: '17 3 * * 1-5'"],
            ["  workflow_dispatch: {}"],
        ]
    )
    lines += ["env: {FORCE_COLOR: 1}", "jobs:"]
    for index, job in enumerate(jobs):
        lines += [
            f"  {job}:",
            "    runs-on: ${{ matrix.os }}",
            "    strategy:",
            "      matrix:",
            "        os: [ubuntu-latest, windows-latest]",
        ]
        if index:
            lines.append(f"    needs: [{', '.join(jobs[:index])}]")
        lines += [
            "    timeout-minutes: 10",
            "    steps:",
            "      - uses: actions/checkout@v5",
            "      - name: Test",
            "        run: |",
            "          make test",
            f'          echo "{job} # not a comment"',
        ]
    return f".github/workflows/{jobs[0]}.yml", _join(lines)


def gitlab(chance: random.Random) -> tuple[str, str]:
    jobs = _some(chance, 2, 4)
    lines = [
        "stages: [build, test, deploy]",
        ".defaults: &defaults",
        "  image: " + chance.choice(_IMAGES),
        "  retry: 2",
        "",
    ]
    for index, job in enumerate(jobs):
        lines += [
            f"{job}:",
            "  <<: *defaults",
            f"  stage: {['build', 'test', 'deploy'][index % 3]}",
            "  script:",
            "    - ./run.sh --all",
            "  rules:",
            '    - if: $CI_COMMIT_BRANCH == "main"',
        ]
        if index:
            lines += ["  needs:", f"    - job: {jobs[index - 1]}", "      artifacts: true"]
    return ".gitlab-ci.yml", _join(lines)


def circle(chance: random.Random) -> tuple[str, str]:
    jobs = _some(chance, 2, 3)
    lines = ["version: 2.1", "orbs: {node: circleci/node@7}", "jobs:"]
    for job in jobs:
        lines += [
            f"  {job}:",
            "    docker:",
            f"      - image: {chance.choice(_IMAGES)}",
            "    steps: [checkout, {run: make}]",
        ]
    lines += [
        "workflows:",
        "  main:",
        "    jobs:",
        *(
            f"      - {jobs[0]}" if not i else f"      - {job}: {{requires: [{jobs[i - 1]}]}}"
            for i, job in enumerate(jobs)
        ),
    ]
    return ".circleci/config.yml", _join(lines)


def azure(chance: random.Random) -> tuple[str, str]:
    name = chance.choice(_WORDS)
    return (
        "azure-pipelines.yml",
        f"trigger:\n- main\npool: {{vmImage: ubuntu-latest}}\nstages:\n- stage: {name}\n  jobs:\n  - job: build\n    steps:\n    - task: UsePythonVersion@0\n      inputs: {{versionSpec: '3.13'}}\n    - script: |\n        pip install .\n      displayName: Install\n- stage: deploy\n  dependsOn: {name}\n  condition: succeeded()\n",
    )


def compose(chance: random.Random) -> tuple[str, str]:
    services = _some(chance, 2, 5)
    lines = [
        *(["version: '3.9'"] if chance.random() < 0.5 else []),
        "x-common: &common",
        "  restart: unless-stopped",
        "  logging: {driver: json-file}",
        "services:",
    ]
    for index, service in enumerate(services):
        lines += [
            f"  {service}:",
            "    <<: *common",
            f"    image: {chance.choice(_IMAGES)}",
            f'    ports: ["{8000 + index}:80"]',
            "    environment:",
            "      - TZ=Europe/Berlin",
            f"      - NAME={service}",
        ]
        if index:
            lines += [
                "    depends_on:",
                f"      {services[index - 1]}:",
                "        condition: service_healthy",
            ]
    return chance.choice(["compose.yaml", "docker-compose.yml"]), _join(
        [*lines, "volumes: {data: }", "networks:", "  default:"]
    )


def manifest(chance: random.Random) -> tuple[str, str]:
    documents: list[str] = []
    for name in _some(chance, 1, 4):
        documents.append(chance.choice([
            f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\n  labels: {{app: {name}}}\nspec:\n  replicas: {chance.randint(1, 9)}\n  selector:\n    matchLabels:\n      app: {name}\n  template:\n    metadata:\n      labels:\n        app: {name}\n    spec:\n      containers:\n      - name: main\n        image: {chance.choice(_IMAGES)}\n        command: [\"/bin/sh\", \"-c\"]\n        args:\n        - |\n          exec run\n        resources:\n          limits: {{cpu: 500m, memory: 1Gi}}\n",
            f"apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec:\n  ports:\n  - port: 80\n    targetPort: http\n",
            f"apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: {name}\nspec:\n  schedule: \"*/5 * * * *\"\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          restartPolicy: Never\n",
            f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\ntype: Opaque\ndata:\n  key: !!binary |\n    R0lGODlhDAAMAIQAAP//9/X17unp5WZmZgAAAOfn515eXvPz7Y6OjuDg4J+fn5OTk6enp\n",
        ]))  # fmt: skip
    return f"k8s/{chance.choice(_WORDS)}.yaml", "---\n".join(documents)


def config_map(chance: random.Random) -> tuple[str, str]:
    """One that carries a plan, with its mark in the first five lines."""
    name = chance.choice(_WORDS)
    return (
        f"k8s/config-{name}.yaml",
        f"apiVersion: v1\nkind: ConfigMap\ndata:\n  demo.plan.yaml: |\n    # orchestrate: plan\n    goal: Demo\n    tasks:\n    - id: T1\n      dependencies: [T9]\nmetadata: {{name: {name}}}\n",
    )


def custom_resource(chance: random.Random) -> tuple[str, str]:
    name = chance.choice(_WORDS)
    return (
        f"crds/{name}s.yaml",
        f"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: {name}s.acme.dev\nspec:\n  group: acme.dev\n  scope: Namespaced\n  names: {{plural: {name}s, singular: {name}, kind: {name.title()}}}\n  versions:\n  - name: v1alpha1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          spec:\n            type: object\n            required: [goal, tasks]\n            properties:\n              goal: {{type: string}}\n              tasks:\n                type: array\n                items: {{type: object, x-kubernetes-preserve-unknown-fields: true}}\n",
    )


def helm_values(chance: random.Random) -> tuple[str, str]:
    name = chance.choice(_WORDS)
    return (
        f"charts/{name}/values.yaml",
        f'# Default values for {name}.\nreplicaCount: {chance.randint(1, 5)}\n\nimage:\n  repository: acme/{name}\n  tag: ""\n  pullPolicy: IfNotPresent\n\n# -- Agents that are started\nagents: {chance.randint(1, 4)}\nautoscaling:\n  enabled: {chance.choice(["true", "false"])}\nnodeSelector: {{}}\ntolerations: []\n',
    )


def helm_template(chance: random.Random) -> tuple[str, str]:
    """No YAML at all, as templates are."""
    return (
        f"charts/{chance.choice(_WORDS)}/templates/deployment.yaml",
        '{{- if .Values.enabled }}\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ include "app.fullname" . }}\n  labels:\n    {{- include "app.labels" . | nindent 4 }}\nspec:\n  {{- with .Values.tasks }}\n  tasks: {{ toYaml . | nindent 4 }}\n  {{- end }}\n{{- end }}\n',
    )


def open_api(chance: random.Random) -> tuple[str, str]:
    lines = [
        "openapi: 3.1.0",
        f"info: {{title: {chance.choice(_WORDS)}, version: 1.0.{chance.randint(0, 9)}}}",
        "servers:",
        "  - url: https://api.example.org/v1",
        "paths:",
    ]
    for name in _some(chance, 1, 5):
        lines += [
            f"  /{name}/{{id}}:",
            "    get:",
            f"      operationId: get_{name}",
            "      parameters:",
            "        - {name: id, in: path, required: true, schema: {type: string}}",
            "      responses:",
            "        '200':",
            "          description: >-",
            "            What was",
            "            asked for.",
            f"          content: {{application/json: {{schema: {{$ref: '#/components/schemas/{name.title()}'}}}}}}",
        ]
    lines += [
        "components:",
        "  schemas:",
        "    Task:",
        "      type: object",
        "      properties:",
        "        id: {type: string}",
        "        dependencies: {type: array, items: {type: string}}",
    ]
    return chance.choice(["openapi.yaml", "api/spec.yml", "swagger.yaml"]), _join(lines)


def playbook(chance: random.Random) -> tuple[str, str]:
    lines = ["---"]
    for host in _some(chance, 1, 2):
        lines += [f"- hosts: {host}", "  become: true", "  vars: {port: 8080, state: present}", "  tasks:"]
        for name in _some(chance, 1, 5):
            lines += [
                f"    - name: Install {name}",
                "      ansible.builtin.apt:",
                f'        name: "{{{{ {name}_package }}}}"',
                '        state: "{{ state }}"',
                "      when: ansible_os_family == 'Debian'",
                "      tags: [setup]",
                "      notify: restart",
            ]
        lines += ["  handlers:", "    - name: restart", "      service: name=app state=restarted"]
    return chance.choice(["site.yml", "playbooks/deploy.yml"]), _join(lines)


def role_tasks(chance: random.Random) -> tuple[str, str]:
    name = chance.choice(_WORDS)
    return (
        f"roles/{name}/tasks/main.yml",
        f"- name: Make sure {name} is there\n  block:\n    - include_tasks: install.yml\n    - debug:\n        msg: 'id: {{{{ item }}}}'\n      loop: [1, 2]\n  rescue:\n    - fail: {{msg: no}}\n",
    )


def taskfile(chance: random.Random) -> tuple[str, str]:
    names = _some(chance, 2, 5)
    lines = ["version: '3'", "vars:", "  GREETING: Hello", "tasks:"]
    for index, name in enumerate(names):
        lines += [
            f"  {name}:",
            f"    desc: Runs {name}",
            f"    deps: [{', '.join(names[:index])}]",
            "    cmds:",
            '      - echo "{{.GREETING}}"',
            "    sources: ['src/**/*.go']",
        ]
    return "Taskfile.yml", _join(lines)


def argo(chance: random.Random) -> tuple[str, str]:
    names = _some(chance, 2, 5)
    lines = [
        "apiVersion: argoproj.io/v1alpha1",
        "kind: Workflow",
        "metadata: {generateName: dag-}",
        "spec:",
        "  entrypoint: main",
        "  templates:",
        "  - name: main",
        "    dag:",
        "      tasks:",
    ]
    for index, name in enumerate(names):
        lines += [
            f"      - name: {name}",
            f"        dependencies: [{names[index - 1] if index else ''}]",
            "        template: echo",
            f"        arguments: {{parameters: [{{name: m, value: {name}}}]}}",
        ]
    return f"argo/{names[0]}.yaml", _join(lines)


def tekton(chance: random.Random) -> tuple[str, str]:
    names = _some(chance, 2, 4)
    lines = [
        "apiVersion: tekton.dev/v1",
        "kind: Pipeline",
        "metadata:",
        f"  name: {names[0]}",
        "spec:",
        "  tasks:",
    ]
    for index, name in enumerate(names):
        lines += [
            f"    - name: {name}",
            "      taskRef: {name: kaniko}",
            *([f"      runAfter: [{names[index - 1]}]"] if index else []),
            "      timeout: 1h30m",
        ]
    return f"tekton/{names[0]}.yaml", _join(lines)


def cloud_build(chance: random.Random) -> tuple[str, str]:
    names = _some(chance, 2, 4)
    lines = ["steps:"]
    for index, name in enumerate(names):
        lines += [
            f"- id: {name}",
            "  name: gcr.io/cloud-builders/docker",
            "  args: ['build', '-t', 'x:$SHORT_SHA', '.']",
            f"  waitFor: ['{names[index - 1] if index else '-'}']",
        ]
    return "cloudbuild.yaml", _join([*lines, "timeout: 1200s", "options: {machineType: E2_HIGHCPU_8}"])


def airflow(chance: random.Random) -> tuple[str, str]:
    names = _some(chance, 2, 5)
    lines = [
        "nightly:",
        "  default_args:",
        f"    owner: {chance.choice(_PEOPLE)}",
        "    start_date: 2026-01-01",
        "    retries: 2",
        "  schedule: '0 3 * * *'",
        "  tasks:",
    ]
    for index, name in enumerate(names):
        lines += [
            f"    {name}:",
            "      operator: airflow.operators.bash.BashOperator",
            f"      bash_command: 'echo {index}'",
            f"      dependencies: [{', '.join(names[:index][-2:])}]",
        ]
    return f"dags/{names[0]}.yml", _join(lines)


def to_do(chance: random.Random) -> tuple[str, str]:
    """A list of tasks in a format of somebody's own: what a plan looks like, without its name or mark."""
    lines = [f"goal: Tidy up {chance.choice(_WORDS)}", f"owner: {chance.choice(_PEOPLE)}", "tasks:"]
    for index, name in enumerate(_some(chance, 1, 5)):
        lines += [f"  - id: {index}", f"    name: {name}", "    done: no", f"    dependencies: [{index + 7}]"]
    return chance.choice(["todo.yaml", "backlog.yml", "plan.yaml", "my-plan.yml"]), _join(lines)


def translations(chance: random.Random) -> tuple[str, str]:
    code, words = chance.choice([
        ("de", ["Übersicht", "Löschen", "Größe: %{count}"]), ("ar", ["مرحبا", "حذف", "الحجم: %{count}"]), ("ja", ["概要", "削除", "サイズ: %{count}"]),
        ("ru", ["Обзор", "Удалить", "Размер: %{count}"]), ("he", ["סקירה", "מחק", "גודל: %{count}"]), ("hi", ["अवलोकन", "हटाएँ", "आकार: %{count}"]), ("th", ["ภาพรวม", "ลบ", "ขนาด: %{count}"]),
    ])  # fmt: skip
    lines = [
        f"{code}:",
        "  common:",
        f"    overview: {words[0]}",
        f'    delete: "{words[1]} 🗑️"',
        "    size:",
        f"      one: '{words[2]}'",
        f'      other: "{words[2]}\\n"',
        "  tasks:",
        f"    title: {words[0]}",
        f"    agents: {words[1]}",
        "  yes: 'no'",
        "  on: off",
    ]
    return f"config/locales/{code}.yml", _join(lines)


def cloud_formation(chance: random.Random) -> tuple[str, str]:
    name = chance.choice(_WORDS).title()
    return (
        "template.yaml",
        f"AWSTemplateFormatVersion: 2010-09-09\nTransform: AWS::Serverless-2016-10-31\nParameters:\n  Stage: {{Type: String, Default: dev}}\nResources:\n  {name}Bucket:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: !Sub '${{Stage}}-{name.lower()}'\n  {name}Function:\n    Type: AWS::Serverless::Function\n    DependsOn: [{name}Bucket]\n    Properties:\n      Handler: !Join ['.', [app, !Ref Stage]]\n      Role: !GetAtt {name}Role.Arn\n      Timeout: !If [IsProd, 30, 3]\n",
    )


def rules(chance: random.Random) -> tuple[str, str]:
    name = chance.choice(_WORDS)
    return (
        f"prometheus/{name}.rules.yml",
        f'groups:\n  - name: {name}\n    interval: 30s\n    rules:\n      - alert: TooSlow\n        expr: |\n          histogram_quantile(0.99, sum(rate({name}_seconds_bucket[5m])) by (le)) > 2\n        for: 10m\n        labels: {{severity: page}}\n        annotations:\n          summary: "{{{{ $labels.instance }}}} is slow"\n',
    )


def pre_commit(chance: random.Random) -> tuple[str, str]:
    return (
        ".pre-commit-config.yaml",
        f"repos:\n-   repo: https://github.com/pre-commit/pre-commit-hooks\n    rev: v{chance.randint(4, 6)}.0.0\n    hooks:\n    -   id: trailing-whitespace\n    -   id: check-yaml\n        args: [--allow-multiple-documents]\n",
    )


def mkdocs(chance: random.Random) -> tuple[str, str]:
    pages = _some(chance, 2, 4)
    return "mkdocs.yml", _join(
        [
            f"site_name: {pages[0].title()} docs",
            "theme:",
            "  name: material",
            "nav:",
            *(f"  - {page.title()}: {page}.md" for page in pages),
            "markdown_extensions:",
            "  - pymdownx.emoji:",
            "      emoji_index: !!python/name:material.extensions.emoji.twemoji",
        ]
    )


def dbt(chance: random.Random) -> tuple[str, str]:
    return "models/schema.yml", _join(
        [
            "version: 2",
            "models:",
            *(
                line
                for name in _some(chance, 1, 4)
                for line in [
                    f"  - name: {name}",
                    "    description: '{{ doc(\"x\") }}'",
                    "    columns:",
                    "      - name: id",
                    "        tests: [unique, not_null]",
                ]
            ),
        ]
    )


def conda(chance: random.Random) -> tuple[str, str]:
    return "environment.yml", _join(
        [
            f"name: {chance.choice(_WORDS)}",
            "channels: [conda-forge, nodefaults]",
            "dependencies:",
            f"  - python={chance.choice(['3.11', '3.12', '3.13'])}",
            "  - numpy>=2",
            "  - pip:",
            "      - -e .",
        ]
    )


def pubspec(chance: random.Random) -> tuple[str, str]:
    return "pubspec.yaml", _join(
        [
            f"name: {chance.choice(_WORDS)}_app",
            "version: 1.0.0+1",
            "environment: {sdk: '>=3.0.0 <4.0.0'}",
            "dependencies:",
            "  flutter: {sdk: flutter}",
            *(f"  {name}: ^{chance.randint(0, 3)}.{chance.randint(0, 9)}.0" for name in _some(chance, 1, 5)),
        ]
    )


def home_automation(chance: random.Random) -> tuple[str, str]:
    return "automations.yaml", _join(
        [
            f"- id: '{chance.randint(10**12, 10**13)}'",
            f"  alias: Light in the {chance.choice(_WORDS)}",
            "  trigger:",
            "    platform: sun",
            "    event: sunset",
            "    offset: '-00:45:00'",
            "  action:",
            "    - service: light.turn_on",
            "      data_template: {brightness: '{{ 255 * 0.5 }}'}",
            "  mode: single",
            "secret: !secret token",
            "more: !include_dir_merge_list more/",
        ]
    )


def concourse(chance: random.Random) -> tuple[str, str]:
    names = _some(chance, 2, 3)
    return "ci/pipeline.yml", _join(
        [
            "resources:",
            "- name: repo",
            "  type: git",
            "  source: {uri: ((uri)), branch: main}",
            "jobs:",
            *(
                line
                for i, name in enumerate(names)
                for line in [
                    f"- name: {name}",
                    "  plan:",
                    f"  - get: repo\n    passed: [{names[i - 1] if i else ''}]\n    trigger: true",
                    "  - task: unit",
                    "    file: repo/ci/unit.yml",
                ]
            ),
        ]
    )


def citation(chance: random.Random) -> tuple[str, str]:
    return "CITATION.cff", _join(
        [
            "cff-version: 1.2.0",
            "message: If you use this, cite it.",
            "authors:",
            *(f"  - family-names: {name}" for name in chance.sample(_PEOPLE, 3)),
            "date-released: 2026-02-30",
        ]
    )


def schema_in_yaml(chance: random.Random) -> tuple[str, str]:
    name = chance.choice(_WORDS)
    return (
        f"schemas/{name}.schema.yaml",
        f"$schema: https://json-schema.org/draft/2020-12/schema\n$id: https://example.org/{name}\ntype: object\nproperties:\n  tasks: {{type: array}}\n  goal: {{type: string, examples: ['# orchestrate: plan']}}\nrequired: [tasks]\n? complex key\n: - a\n  - b\n",
    )


def data(chance: random.Random) -> tuple[str, str]:
    """Data with whatever YAML has."""
    return (
        f"data/{chance.choice(_WORDS)}.yaml",
        "%YAML 1.2\n%TAG !e! tag:example.org,2000:\n---\nfolded: >+\n  one\n  two\n\n\nliteral: |2-\n    indented\n ? explicit\n".replace(
            " ? explicit\n", ""
        )
        + f"set: !!set {{a, b}}\npairs: [a: 1, b: 2]\nscore: {chance.random():.3f}\nwhen: 2026-11-23T09:00:00Z\nsexagesimal: 190:20:30\nnobody: ~\nthing: !e!thing {{x: &x [1, 2]}}\nsame: *x\n...\n",
    )


def nearly_marked(chance: random.Random) -> tuple[str, str]:
    """What looks like the mark of a plan and is none."""
    text = chance.choice([
        "# orchestrate: planner\ntasks:\n  - a\n", "goal: '# orchestrate: plan'\ntasks: 3\n", "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n# orchestrate: plan\n", "## orchestrate: plan\nx: [1\n",
        "notes: |\n  # orchestrate: plan\n  tasks: [\n", "- |\n # orchestrate: plan\n- >\n   # orchestrate: plan\n", "x: \"\n  # orchestrate: plan\n  \"\n", "# orchestrate:plan-b\n", "# Orchestrate: the plan\ntasks: []\n",
    ])  # fmt: skip
    return f"notes/{chance.choice(_WORDS)}.yaml", text


def odd_names(chance: random.Random) -> tuple[str, str]:
    """Names that are nearly those of plans."""
    return chance.choice(
        [
            "plan.yaml",
            "x.plan.yaml.bak.yml",
            "plan.yml",
            "x-plan.yaml",
            "xplan.yaml",
            "x.plan.yaml.tmp.yaml",
            "x.plans.yaml",
        ]
    ), "tasks:\n  - id: T1\n    dependencies: [T2\n"


def broken_yaml(chance: random.Random) -> tuple[str, str]:
    return f"broken/{chance.choice(_WORDS)}.yaml", chance.choice(
        [
            "a: [1, 2\nb: }\n",
            "\t- x\n",
            "a: 'b\n",
            "<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> main\n",
            "a: 1\n a: 2\n",
            "&a *a\n",
            "%\n",
            "\x00\x01\n",
            "[" * 300 + "\n",
        ]
    )


def empty(chance: random.Random) -> tuple[str, str]:
    return f"empty/{chance.choice(_WORDS)}.yaml", chance.choice(
        ["", "\n", "---\n", "# nothing\n", "...\n", "\ufeff", "null\n", "--- {}\n", "just text\n", "42\n"]
    )


MAKERS: Final[tuple[Maker, ...]] = (
    workflow, gitlab, circle, azure, compose, manifest, config_map, custom_resource, helm_values, helm_template, open_api,
    playbook, role_tasks, taskfile, argo, tekton, cloud_build, airflow, to_do, translations, cloud_formation, rules, pre_commit,
    mkdocs, dbt, conda, pubspec, home_automation, concourse, citation, schema_in_yaml, data, nearly_marked, odd_names,
    broken_yaml, empty,
)  # fmt: skip


def other_files(count: int = COUNT, seed: int = 9) -> dict[str, str]:
    """Files of all kinds in turn, by paths of their own. No two have the same text."""
    chance = random.Random(seed)
    files: dict[str, str] = {}
    texts: set[str] = set()
    turn = 0
    while len(files) < count:
        name, text = MAKERS[turn % len(MAKERS)](chance)
        turn += 1
        dressed = _dressed(chance, text)
        if dressed in texts:
            dressed = f"# {chance.choice(_PEOPLE)}, {turn}\n{dressed.removeprefix(chr(0xFEFF))}"
        texts.add(dressed)
        files[f"project{len(files):03}/{name}"] = dressed
    return files


def _dressed(chance: random.Random, text: str) -> str:
    """The same with another look: line endings, comments, a byte order mark."""
    roll = chance.random()
    if roll < 0.15:
        return text.replace("\n", "\r\n")
    if roll < 0.3:
        return f"# Kept by {chance.choice(_PEOPLE)} 🚀\n#\n\n{text}"
    if roll < 0.35 and not text.startswith("\ufeff"):
        return "\ufeff" + text
    if roll < 0.42:
        return text.rstrip("\n")
    return text
