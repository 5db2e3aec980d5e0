"""Small repositories of each kind, written into a folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

PYTHON = {
    "pyproject.toml": """
[project]
name = "shop"
description = "A small web shop"
version = "1.0"
dependencies = ["flask>=3", "SQLAlchemy[asyncio] ~= 2.0; python_version > '3'", "alembic"]
[dependency-groups]
dev = ["pytest>=8", "ruff"]
[build-system]
requires = ["hatchling"]
[tool.ruff]
line-length = 100
[tool.pyright]
include = ["src"]
""",
    "uv.lock": "version = 1\n",
    "alembic.ini": "[alembic]\n",
    "migrations/versions/001_orders.py": "",
    "src/shop/__init__.py": '"""Orders, payments and what a shop needs.\n\nMore.\n"""\n',
    "src/shop/orders.py": '"""Orders and their states."""\n',
    "src/shop/auth/__init__.py": '"""Who may do what."""\n',
    "src/shop/auth/login.py": "",
    "src/shop/models.py": "",
    "src/shop/views.py": "",
    "src/shop/templates/index.html": "<p>",
    "tests/test_orders.py": "",
    "tests/auth/test_login.py": "",
    "docs/conf.py": "",
    "docs/orders.rst": "",
    "README.md": "# Shop\n",
    "CHANGELOG.md": "# Changes\n",
    ".github/workflows/ci.yml": (
        "jobs:\n  t:\n    steps:\n      - run: uv run pytest -q\n      - run: |\n          ruff check .\n"
    ),
    ".github/dependabot.yml": "version: 2\n",
    ".github/CODEOWNERS": "* @shop/all\n/src/shop/auth/ @shop/security  # sign-in\nbroken-line\n",
    "Dockerfile": "FROM python:3.13\n",
    "next.plan.yaml": "version: 1\ngoal: Sell more\ntasks:\n  - id: T1\n    name: Sell\n",
}
NODE = {
    "package.json": """{"name": "portal", "description": "Customer portal", "private": true,
      "scripts": {"test": "vitest run", "lint": "eslint .", "build": "vite build", "evil": "rm -rf /"},
      "dependencies": {"react": "^19"}, "devDependencies": {"vitest": "3"}, "workspaces": ["packages/*"]}""",
    "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
    "tsconfig.json": "{}",
    "src/components/LoginForm.tsx": "/**\n * The form people sign in with.\n */\n",
    "src/components/LoginForm.test.tsx": "",
    "src/api/client.ts": "",
    "packages/money/package.json": '{"name": "@portal/money", "scripts": {"test": "vitest"}}',
    "packages/money/src/index.ts": "",
    "Jenkinsfile": "pipeline {}",
}
RUST = {
    "Cargo.toml": '[package]\nname = "grepper"\ndescription = "Finds lines"\n[dependencies]\nclap = "4"\n',
    "src/main.rs": "//! Finds lines in files.\nfn main() {}\n",
    "src/search.rs": "",
    "src/output/mod.rs": "",
    "tests/cli.rs": "",
}
GO = {
    "go.mod": (
        "module example.org/acme/broker/v2\n\nrequire (\n\tgithub.com/spf13/cobra v1.9.1\n"
        "\tgithub.com/labstack/echo/v4 v4.13.0\n)\n"
    ),
    "main.go": "package main\n",
    "internal/queue/queue.go": "// Package queue keeps messages until somebody takes them.\npackage queue\n",
    "internal/queue/queue_test.go": "package queue\n",
    ".golangci.yml": "linters: {}\n",
    ".gitlab-ci.yml": "test:\n  script:\n    - go test -race ./...\n",
}
MAVEN = {
    "pom.xml": """<project><parent><artifactId>spring-boot-starter-parent</artifactId></parent>
      <artifactId>ledger</artifactId><dependencies>
      <dependency><artifactId>spring-boot-starter-web</artifactId></dependency>
      <dependency><artifactId>flyway-core</artifactId></dependency></dependencies></project>""",
    "mvnw": "#!/bin/sh\n",
    "src/main/java/org/acme/ledger/Ledger.java": "",
    "src/main/java/org/acme/ledger/account/Account.java": "",
    "src/test/java/org/acme/ledger/LedgerTest.java": "",
}
GRADLE = {
    "settings.gradle.kts": 'rootProject.name = "radio"\n',
    "build.gradle.kts": 'dependencies { testImplementation("org.junit.jupiter:junit-jupiter:5.11") }\n',
    "gradlew": "",
    "src/main/kotlin/org/acme/radio/Tuner.kt": "",
}
RUBY = {
    "Gemfile": "gem 'rails', '~> 8'\ngem 'rspec'\ngem 'rubocop-rails'\n",
    "app/models/user.rb": "",
    "db/migrate/1_users.rb": "",
}
PHP = {
    "composer.json": (
        '{"name": "acme/wiki", "require": {"laravel/framework": "^12"},'
        ' "require-dev": {"phpunit/phpunit": "^11"}}'
    ),
    "app/Page.php": "<?php",
}
DOTNET = {
    "Depot.sln": "",
    "src/Depot/Depot.csproj": (
        '<Project><PackageReference Include="Microsoft.EntityFrameworkCore" Version="9" /></Project>'
    ),
    "src/Depot/Store.cs": "",
}
ELIXIR = {"mix.exs": 'defp deps, do: [{:phoenix, "~> 1.7"}]\n', "lib/chat.ex": ""}
CMAKE = {
    "CMakeLists.txt": "project(solver CXX)\nenable_testing()\n",
    "src/solver.cpp": "",
    "Makefile": "BUILD := x\n.PHONY: test\ntest: build\n\techo\nlint:\n\techo\n",
}


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
