"""Rust, Go, the JVM, Ruby, PHP, .NET, Elixir and C++: their manifests and usual commands. Executes none of them."""

from __future__ import annotations

import re
from typing import Final

from orchestrate_ls.workspace.repository.findings import Findings
from orchestrate_ls.workspace.repository.sources import Sources, mapping, text_of, texts
from orchestrate_ls.workspace.repository.summary import Practice, Purpose

_GO_MODULE: Final = re.compile(r"^module\s+(\S{1,200})", re.MULTILINE)
_GO_REQUIRED: Final = re.compile(r"^\s*(?:require\s+)?([\w.-]+\.[\w.-]+/\S{1,200})\s+v\d", re.MULTILINE)
_ARTIFACT: Final = re.compile(r"<artifactId>\s*([\w.-]{1,120})\s*</artifactId>")
_GRADLE: Final = re.compile(r"['\"][\w.-]{1,120}:([\w.-]{1,120})(?::[^'\"]{0,80})?['\"]")
_GEM: Final = re.compile(r"^\s*gem\s+['\"]([\w.-]{1,80})['\"]", re.MULTILINE)
_PACKAGE_REFERENCE: Final = re.compile(r"<PackageReference\s[^>]{0,200}?Include=\"([\w.-]{1,120})\"")
_MIX: Final = re.compile(r"\{:(\w{1,60}),")
_MOST: Final = 500


def read_others(sources: Sources, findings: Findings) -> None:
    """Add what the manifests at the root say."""
    for reader in (_rust, _go, _maven, _gradle, _ruby, _php, _dotnet, _elixir, _cmake):
        reader(sources, findings)


def _rust(sources: Sources, findings: Findings) -> None:
    path = "Cargo.toml"
    if not sources.has(path):
        return
    document = sources.toml(path)
    findings.manifests.append(path)
    package = mapping(document, "package")
    findings.call(text_of(package.get("name")), text_of(package.get("description")))
    for table in (
        mapping(document, "dependencies"),
        mapping(document, "dev-dependencies"),
        mapping(document, "workspace", "dependencies"),
    ):
        for name in table:
            findings.add_dependency(name, path)
    everything = " --workspace" if mapping(document, "workspace") else ""
    findings.add_command(Purpose.BUILD, f"cargo build{everything}", path)
    findings.add_command(Purpose.TEST, f"cargo test{everything}", path)
    findings.add_command(Purpose.LINT, f"cargo clippy{everything} -- -D warnings", path)
    findings.add_command(Purpose.FORMAT, "cargo fmt --check", path)
    if package and package.get("publish") is not False:
        findings.shows(Practice.PACKAGING, path)


def _go(sources: Sources, findings: Findings) -> None:
    path = "go.mod"
    if not sources.has(path):
        return
    text = sources.text(path)
    findings.manifests.append(path)
    module = _GO_MODULE.search(text)
    if module is not None:
        findings.call(re.sub(r"/v\d+$", "", module[1]).rsplit("/", 1)[-1])
    for match in list(_GO_REQUIRED.finditer(text))[:_MOST]:
        findings.add_dependency(match[1], path)
    findings.add_command(Purpose.BUILD, "go build ./...", path)
    findings.add_command(Purpose.TEST, "go test ./...", path)
    linter = sources.first(".golangci.yml", ".golangci.yaml")
    findings.add_command(Purpose.LINT, "golangci-lint run" if linter else "go vet ./...", linter or path)


def _maven(sources: Sources, findings: Findings) -> None:
    path = "pom.xml"
    if not sources.has(path):
        return
    text = sources.text(path)
    findings.manifests.append(path)
    # No XML parser: entities that grow without end are never expanded.
    own = re.sub(r"<parent>.{0,2000}?</parent>", "", text, flags=re.DOTALL)
    names = [match[1] for match in _ARTIFACT.finditer(own)][:_MOST]
    if names:
        findings.call(names[0])
    for name in names[1:]:
        findings.add_dependency(name, path)
    run = "./mvnw" if sources.has("mvnw") else "mvn"
    findings.add_command(Purpose.BUILD, f"{run} -B package", path)
    findings.add_command(Purpose.TEST, f"{run} -B test", path)


def _gradle(sources: Sources, findings: Findings) -> None:
    path = sources.first("build.gradle.kts", "build.gradle", "settings.gradle.kts", "settings.gradle")
    if path is None:
        return
    findings.manifests.append(path)
    name = re.search(
        r"rootProject\.name\s*=\s*['\"]([\w.-]{1,80})",
        sources.text("settings.gradle.kts") + sources.text("settings.gradle"),
    )
    if name is not None:
        findings.call(name[1])
    text = sources.text(path) + sources.text("app/build.gradle.kts") + sources.text("app/build.gradle")
    for match in list(_GRADLE.finditer(text))[:_MOST]:
        findings.add_dependency(match[1], path)
    if "org.springframework.boot" in text:
        findings.add_dependency("spring-boot-starter", path)
    run = "./gradlew" if sources.has("gradlew") else "gradle"
    findings.add_command(Purpose.BUILD, f"{run} assemble", path)
    findings.add_command(Purpose.TEST, f"{run} test", path)
    findings.add_command(Purpose.LINT, f"{run} check", path)


def _ruby(sources: Sources, findings: Findings) -> None:
    path = sources.first("Gemfile", "Rakefile")
    if path is None:
        return
    findings.manifests.append(path)
    gems = [match[1] for match in _GEM.finditer(sources.text("Gemfile"))][:_MOST]
    for gem in gems:
        findings.add_dependency(gem, path)
    if "rspec" in " ".join(gems) or sources.has("spec/spec_helper.rb"):
        findings.add_command(Purpose.TEST, "bundle exec rspec", path)
    elif sources.has("bin/rails"):
        findings.add_command(Purpose.TEST, "bin/rails test", "bin/rails")
    elif sources.has("Rakefile"):
        findings.add_command(Purpose.TEST, "bundle exec rake test", "Rakefile")
    if any(gem.startswith("rubocop") for gem in gems):
        findings.add_command(Purpose.LINT, "bundle exec rubocop", path)


def _php(sources: Sources, findings: Findings) -> None:
    path = "composer.json"
    document = sources.json(path)
    if not document:
        return
    findings.manifests.append(path)
    findings.call(text_of(document.get("name")).rsplit("/", 1)[-1], text_of(document.get("description")))
    used = [*mapping(document, "require"), *mapping(document, "require-dev")]
    for name in used:
        findings.add_dependency(name, path)
    scripts = mapping(document, "scripts")
    for script, purpose in (("test", Purpose.TEST), ("lint", Purpose.LINT), ("cs", Purpose.LINT)):
        if texts(scripts.get(script)):
            findings.add_command(purpose, f"composer {script}", path)
    if "phpunit/phpunit" in used:
        findings.add_command(Purpose.TEST, "vendor/bin/phpunit", path)


def _dotnet(sources: Sources, findings: Findings) -> None:
    projects = [
        path for path in sources.tree.files if path.endswith((".sln", ".csproj", ".fsproj"))
        and path.count("/") <= 3
    ]  # fmt: skip
    if not projects:
        return
    path = min(projects, key=lambda each: (each.count("/"), not each.endswith(".sln"), each))
    findings.manifests.append(path)
    findings.call(path.rsplit("/", 1)[-1].rsplit(".", 1)[0])
    for project in projects[:20]:
        for match in list(_PACKAGE_REFERENCE.finditer(sources.text(project)))[:_MOST]:
            findings.add_dependency(match[1], project)
    findings.add_command(Purpose.BUILD, "dotnet build", path)
    findings.add_command(Purpose.TEST, "dotnet test", path)
    findings.add_command(Purpose.FORMAT, "dotnet format --verify-no-changes", path)


def _elixir(sources: Sources, findings: Findings) -> None:
    path = "mix.exs"
    if not sources.has(path):
        return
    findings.manifests.append(path)
    for match in list(_MIX.finditer(sources.text(path)))[:_MOST]:
        findings.add_dependency(match[1], path)
    findings.add_command(Purpose.BUILD, "mix compile", path)
    findings.add_command(Purpose.TEST, "mix test", path)
    findings.add_command(Purpose.FORMAT, "mix format --check-formatted", path)


def _cmake(sources: Sources, findings: Findings) -> None:
    path = "CMakeLists.txt"
    if not sources.has(path):
        return
    findings.manifests.append(path)
    name = re.search(r"^\s*project\s*\(\s*([\w.-]{1,80})", sources.text(path), re.MULTILINE | re.IGNORECASE)
    if name is not None:
        findings.call(name[1])
    findings.add_command(Purpose.BUILD, "cmake -B build && cmake --build build", path)
    if "enable_testing" in sources.text(path).lower():
        findings.add_command(Purpose.TEST, "ctest --test-dir build", path)
