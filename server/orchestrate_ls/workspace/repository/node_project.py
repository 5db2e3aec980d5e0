"""JavaScript and TypeScript: package.json with its scripts and workspaces. Executes none of them."""

from __future__ import annotations

from typing import Final

from orchestrate_ls.workspace.repository.findings import Findings
from orchestrate_ls.workspace.repository.sources import Sources, mapping, text_of
from orchestrate_ls.workspace.repository.summary import Practice, Purpose

MANIFEST: Final = "package.json"
_SCRIPTS: Final = (
    ("test", Purpose.TEST),
    ("tests", Purpose.TEST),
    ("test:unit", Purpose.TEST),
    ("lint", Purpose.LINT),
    ("eslint", Purpose.LINT),
    ("format:check", Purpose.FORMAT),
    ("check-format", Purpose.FORMAT),
    ("prettier", Purpose.FORMAT),
    ("typecheck", Purpose.TYPES),
    ("type-check", Purpose.TYPES),
    ("check-types", Purpose.TYPES),
    ("build", Purpose.BUILD),
    ("compile", Purpose.BUILD),
    ("docs", Purpose.DOCS),
    ("docs:build", Purpose.DOCS),
)
_NO_TEST: Final = "no test specified"
_MOST_PACKAGES: Final = 20


def read_node(sources: Sources, findings: Findings) -> None:
    """Add what package.json says: the root's, and those of packages in it."""
    manifests = sources.named(MANIFEST, deepest=2)[:_MOST_PACKAGES]
    for path in manifests:
        document = sources.json(path)
        folder = path.removesuffix(MANIFEST).rstrip("/")
        if not document:
            continue
        findings.manifests.append(path)
        findings.call(text_of(document.get("name")), text_of(document.get("description")))
        for kind in ("dependencies", "devDependencies", "peerDependencies"):
            for name in mapping(document, kind):
                findings.add_dependency(name, path)
        run = _runner(sources, folder, text_of(document.get("packageManager")))
        scripts = mapping(document, "scripts")
        for script, purpose in _SCRIPTS:
            line = text_of(scripts.get(script))
            if line and _NO_TEST not in line:
                short = script == "test" and run != "bun"
                findings.add_command(
                    purpose, f"{run} {script}" if short else f"{run} run {script}", path, folder
                )
        if not folder and not document.get("private") and document.get("version"):
            findings.shows(Practice.PACKAGING, path)
    if manifests and (config := sources.first("tsconfig.json")) is not None:
        findings.add_command(Purpose.TYPES, "npx tsc --noEmit", config)


def _runner(sources: Sources, folder: str, named: str) -> str:
    manager = named.split("@", 1)[0]
    if manager in ("npm", "pnpm", "yarn", "bun"):
        return manager
    for place in dict.fromkeys((f"{folder}/" if folder else "", "")):
        for lock, runner in (
            ("pnpm-lock.yaml", "pnpm"),
            ("yarn.lock", "yarn"),
            ("bun.lockb", "bun"),
            ("bun.lock", "bun"),
        ):
            if sources.has(place + lock):
                return runner
    return "npm"
