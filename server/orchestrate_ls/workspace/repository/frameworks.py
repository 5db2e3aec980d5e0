"""Libraries that tell what kind of project uses them, by their names in package registries."""

from __future__ import annotations

from typing import Final

_FRAMEWORKS: Final[dict[str, str]] = {
    # Python
    "django": "Django", "flask": "Flask", "fastapi": "FastAPI", "starlette": "Starlette", "werkzeug": "Werkzeug",
    "sqlalchemy": "SQLAlchemy", "alembic": "Alembic", "celery": "Celery", "click": "Click", "typer": "Typer",
    "pydantic": "Pydantic", "torch": "PyTorch", "tensorflow": "TensorFlow", "scikit-learn": "scikit-learn",
    "pandas": "pandas", "numpy": "NumPy", "apache-airflow": "Airflow", "pyspark": "Spark", "pytest": "pytest",
    "aiohttp": "aiohttp", "tornado": "Tornado", "pygls": "pygls", "dbt-core": "dbt", "jinja2": "Jinja",
    # JavaScript
    "react": "React", "react-native": "React Native", "next": "Next.js", "vue": "Vue", "nuxt": "Nuxt",
    "@angular/core": "Angular", "svelte": "Svelte", "@sveltejs/kit": "SvelteKit", "express": "Express",
    "fastify": "Fastify", "koa": "Koa", "@nestjs/core": "NestJS", "electron": "Electron", "prisma": "Prisma",
    "typeorm": "TypeORM", "sequelize": "Sequelize", "knex": "Knex", "tailwindcss": "Tailwind", "vite": "Vite",
    "webpack": "webpack", "jest": "Jest", "vitest": "Vitest", "mocha": "Mocha", "@playwright/test": "Playwright",
    "cypress": "Cypress", "graphql": "GraphQL", "commander": "Commander", "yargs": "yargs", "astro": "Astro",
    # Rust
    "axum": "axum", "actix-web": "Actix Web", "rocket": "Rocket", "tokio": "Tokio", "clap": "clap",
    "serde": "Serde", "diesel": "Diesel", "sqlx": "SQLx", "tauri": "Tauri", "bevy": "Bevy",
    # Go
    "github.com/gin-gonic/gin": "Gin", "github.com/labstack/echo": "Echo", "github.com/gofiber/fiber": "Fiber",
    "github.com/go-chi/chi": "chi", "github.com/spf13/cobra": "Cobra", "gorm.io/gorm": "GORM",
    "google.golang.org/grpc": "gRPC",
    # Java and Kotlin
    "spring-boot-starter": "Spring Boot", "spring-boot-starter-web": "Spring Boot", "quarkus-core": "Quarkus",
    "micronaut-core": "Micronaut", "hibernate-core": "Hibernate", "junit-jupiter": "JUnit", "junit": "JUnit",
    "flyway-core": "Flyway", "liquibase-core": "Liquibase",
    # Ruby, PHP, .NET, Elixir
    "rails": "Rails", "sinatra": "Sinatra", "rspec": "RSpec", "sidekiq": "Sidekiq",
    "laravel/framework": "Laravel", "symfony/framework-bundle": "Symfony", "phpunit/phpunit": "PHPUnit",
    "microsoft.aspnetcore.app": "ASP.NET Core", "microsoft.entityframeworkcore": "Entity Framework",
    "xunit": "xUnit", "phoenix": "Phoenix", "ecto": "Ecto",
}  # fmt: skip

MIGRATION_TOOLS: Final = frozenset(
    {"Alembic", "Prisma", "TypeORM", "Sequelize", "Knex", "Diesel", "Flyway", "Liquibase", "Ecto"}
)
"""Those of them that bring schema migrations with them."""


def framework_of(dependency: str) -> str | None:
    """What people call a library; None for one that says nothing about its users."""
    name = dependency.strip().lower().replace("_", "-")
    # Go names its major versions: github.com/labstack/echo/v4.
    return _FRAMEWORKS.get(name) or _FRAMEWORKS.get(name.rsplit("/v", 1)[0])
