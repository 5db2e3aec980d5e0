"""Goals with what their plans must cover, in which order, and what must be free to run at once.

Written before the catalogue entries that serve them: a goal here says what a user would expect,
not what the catalogue happens to give. All patterns are regular expressions on lower-case task names.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Expected:
    """One goal and what its plan must show."""

    goal: str
    kind: str = "feature_development"
    covers: tuple[str, ...] = ()
    """Each must be found in the name or description of some task."""
    orders: tuple[tuple[str, str], ...] = ()
    """(earlier, later): every task so named precedes every task so named."""
    parallel: tuple[tuple[str, str], ...] = ()
    """No path between the tasks so named, either way."""
    absent: tuple[str, ...] = ()
    """Must be found in no task: name, description, criteria."""
    tasks: tuple[int, int] = (3, 60)
    technologies: tuple[str, ...] = ()


GOALS = (
    Expected(
        "Build a user authentication system with OAuth2, email verification, and password reset",
        covers=("oauth2", "email verification", "password reset", "schema", "unit test", "integration test"),
        orders=(
            ("schema", "api"),
            ("api", "oauth2|verification|password reset"),
            ("oauth2|verification|password reset", "unit test|security|documentation"),
            ("unit test", "integration test"),
        ),
        parallel=(
            ("oauth2", "verification"),
            ("oauth2", "password reset"),
            ("verification", "password reset"),
            ("security", "integration test"),
        ),
        tasks=(10, 13),
    ),
    Expected(
        "Create an online shop with a product catalogue, shopping cart, Stripe checkout, order tracking,"
        " customer reviews, product search and an admin dashboard",
        covers=(
            "product catalogue",
            "shopping cart",
            "stripe checkout",
            "order tracking",
            "customer reviews",
            "product search",
            "admin dashboard",
        ),
        orders=(("schema", "product catalogue$"), ("shopping cart$", "stripe checkout$")),
        parallel=(("customer reviews$", "shopping cart$"), ("product search$", "stripe checkout$")),
        tasks=(20, 45),
    ),
    Expected(
        "Fix the crash when uploading files larger than 2 GB",
        kind="bug_fix",
        covers=("crash when uploading files larger than 2 gb",),
        orders=(("reproduce", "root cause"), ("root cause", "^fix"), ("^fix", "verif")),
        tasks=(3, 6),
    ),
    Expected(
        "Fix the memory leak in the exporter, the wrong totals on invoices, and the broken avatar upload",
        kind="bug_fix",
        covers=("memory leak in the exporter", "wrong totals on invoices", "broken avatar upload"),
        parallel=(("^fix.*memory leak", "^fix.*totals"), ("^fix.*avatar", "^fix.*totals")),
        tasks=(8, 16),
    ),
    Expected(
        "Login page crashes on Safari", kind="bug_fix", covers=("login page crashes on safari",), tasks=(3, 6)
    ),
    Expected(
        "Refactor the payment module to remove duplicated validation code without changing behaviour",
        kind="refactoring",
        covers=("payment module",),
        orders=(("analys", "plan"), ("plan", "^refactor the")),
        tasks=(4, 9),
    ),
    Expected(
        "Write a command-line tool in Rust that converts CSV to Parquet, validates columns, and prints statistics",
        covers=("csv to parquet", "columns", "statistics"),
        orders=(("design", "parquet"), ("parquet", "unit test")),
        parallel=(("parquet", "statistics"),),
        absent=("database schema", r"\bhtml\b", "screen reader"),
        technologies=("Rust",),
        tasks=(6, 13),
    ),
    Expected(
        "Build a REST API in Go for inventory management: stock levels, suppliers, purchase orders. No UI, no Docker.",
        covers=("stock levels", "suppliers", "purchase orders", "schema"),
        orders=(("schema", "api"), ("api", "suppliers")),
        parallel=(("stock levels", "suppliers"), ("suppliers", "purchase orders")),
        absent=("docker", "screen", r"\bui\b"),
        technologies=("Go",),
        tasks=(6, 14),
    ),
    Expected(
        "Develop a mobile app for tracking workouts including offline mode, push notifications, and Apple Health sync",
        covers=("offline mode", "push notifications", "apple health"),
        parallel=(("push notifications$", "offline mode$"),),
        tasks=(9, 22),
    ),
    Expected(
        "Set up a data pipeline that ingests clickstream events from Kafka, deduplicates them, and loads them into"
        " Snowflake with data quality checks and alerting",
        covers=("clickstream", "deduplicate", "snowflake", "data quality", "alert"),
        orders=(("ingest", "deduplicate"), ("deduplicate", "load")),
        technologies=("Kafka", "Snowflake"),
        tasks=(7, 16),
    ),
    Expected(
        "Train a model to predict customer churn with feature engineering, hyperparameter tuning,"
        " and a REST prediction endpoint",
        covers=("feature engineering", "hyperparameter", "prediction endpoint", "data"),
        orders=(("data", "feature engineering"), ("feature engineering", "hyperparameter|train")),
        tasks=(7, 15),
    ),
    Expected(
        "Migrate our monolith from MySQL to PostgreSQL with no downtime",
        kind="migration",
        covers=("mysql to postgresql", "rollback", "cut"),
        orders=(("rollback", "cut"), ("inventory", "cut")),
        technologies=("MySQL", "PostgreSQL"),
        tasks=(5, 11),
    ),
    Expected(
        "Upgrade Django from 3.2 to 5.0",
        kind="migration",
        covers=("django from 3.2 to 5.0",),
        technologies=("Django",),
        tasks=(5, 11),
    ),
    Expected(
        "Speed up the product listing page, which takes 8 seconds to load",
        kind="performance",
        covers=("product listing page",),
        orders=(("baseline|profile", "optimi"),),
        tasks=(4, 9),
    ),
    Expected(
        "Write user documentation: installation guide, tutorial, and API reference",
        kind="documentation",
        covers=("installation guide", "tutorial", "api reference"),
        parallel=(("installation guide", "tutorial"), ("tutorial", "api reference")),
        absent=("unit test", "schema"),
        tasks=(5, 10),
    ),
    Expected(
        "Set up CI/CD with GitHub Actions: linting, unit tests, Docker image build and deployment to staging",
        covers=("linting", "unit tests", "docker image build", "deployment to staging"),
        parallel=(("linting", "unit tests"),),
        tasks=(6, 12),
    ),
    Expected(
        "Provision AWS infrastructure with Terraform: VPC, EKS cluster, RDS database and monitoring",
        covers=("vpc", "eks cluster", "rds database", "monitoring"),
        orders=(("vpc", "eks"), ("vpc", "rds")),
        parallel=(("eks", "rds"),),
        technologies=("AWS", "Terraform"),
        tasks=(6, 13),
    ),
    Expected(
        "Real-time chat application with group rooms, typing indicators, file sharing, and message search",
        covers=("group rooms", "typing indicators", "file sharing", "message search"),
        parallel=(("file sharing$", "message search$"),),
        orders=(("schema", "api"),),
        tasks=(12, 26),
    ),
    Expected(
        "Add dark mode to the settings page",
        covers=("dark mode",),
        absent=("database schema",),
        tasks=(3, 6),
    ),
    Expected(
        "Add two-factor authentication and audit logging to our Django application",
        covers=("two-factor authentication", "audit logging"),
        parallel=(("two-factor authentication$", "audit logging$"),),
        technologies=("Django",),
        tasks=(5, 12),
    ),
    Expected(
        "Create a Python library for parsing EPUB files"
        " with metadata extraction + table of contents + full-text search",
        covers=("metadata extraction", "table of contents", "full-text search"),
        parallel=(("metadata extraction", "table of contents"),),
        orders=(("public api", "metadata extraction"),),
        absent=("database schema", "screen reader"),
        technologies=("Python",),
        tasks=(6, 13),
    ),
    Expected(
        "Build a Telegram bot that supports reminders, weather forecasts as well as currency conversion",
        covers=("reminders", "weather forecasts", "currency conversion"),
        parallel=(("reminders", "weather"), ("weather", "currency")),
        tasks=(6, 14),
    ),
    Expected(
        "Video streaming platform with user accounts, video upload and transcoding, playlists, comments,"
        " recommendations, subscriptions, live streaming, content moderation and analytics",
        covers=(
            "user accounts",
            "video upload",
            "playlists",
            "comments",
            "recommendations",
            "subscriptions",
            "live streaming",
            "content moderation",
            "analytics",
        ),
        orders=(("requirements", "schema"), ("schema", "playlists$")),
        parallel=(("playlists$", "comments$"), ("live streaming$", "analytics$")),
        tasks=(28, 60),
    ),
    Expected(
        "Build a support desk:\n- ticket inbox\n- canned replies\n- SLA timers\n- customer satisfaction survey\n",
        covers=("ticket inbox", "canned replies", "sla timers", "customer satisfaction survey"),
        parallel=(("canned replies$", "sla timers$"),),
        tasks=(9, 22),
    ),
    Expected(
        "Internal search service using Elasticsearch that supports typo tolerance, faceted filters, synonyms,"
        " and relevance ranking",
        covers=("typo tolerance", "faceted filters", "synonyms", "relevance ranking"),
        technologies=("Elasticsearch",),
        tasks=(7, 18),
    ),
    Expected(
        "Make our SaaS GDPR compliant: consent management, data export, account deletion, and retention rules",
        covers=("consent management", "data export", "account deletion", "retention rules"),
        parallel=(("consent management", "account deletion"),),
        tasks=(7, 18),
    ),
    Expected(
        "Instrument our services with OpenTelemetry tracing, structured logging, metrics dashboards and alerting",
        covers=("tracing", "structured logging", "metrics dashboards", "alerting"),
        parallel=(("structured logging", "tracing"),),
        tasks=(6, 15),
    ),
    Expected(
        "Release version 2.0 of our SDK to npm and PyPI",
        kind="release",
        covers=("version 2.0", "changelog|release notes"),
        tasks=(4, 9),
    ),
    Expected(
        "Build a RAG chatbot over our company wiki with citations, feedback buttons and access control",
        covers=("citations", "feedback buttons", "access control"),
        tasks=(8, 22),
    ),
    Expected(
        "Entwickle ein Anmeldesystem mit Registrierung, Zwei-Faktor-Authentifizierung und Passwort-Zurücksetzung",
        covers=("registrierung", "zwei-faktor-authentifizierung", "passwort-zurücksetzung"),
        tasks=(5, 16),
    ),
    Expected(
        "レシピ共有アプリを作る：写真アップロード、レビュー、お気に入り",
        covers=("写真アップロード", "レビュー", "お気に入り"),
        tasks=(4, 14),
    ),
    Expected(
        "Crea una aplicación de reservas con calendario, pagos y recordatorios, sin autenticación",
        covers=("calendario", "pagos", "recordatorios"),
        tasks=(5, 18),
    ),
    Expected(
        "Organise a company offsite with travel booking, workshops, and a team dinner",
        covers=("travel booking", "workshops", "team dinner"),
        parallel=(("travel booking", "team dinner"),),
        absent=("unit test", "schema", r"\bapi\b"),
        tasks=(4, 8),
    ),
    Expected(
        "Compare Kafka, RabbitMQ and NATS for our event bus",
        kind="research",
        covers=("kafka", "rabbitmq", "nats"),
        parallel=(("kafka", "rabbitmq"), ("rabbitmq", "nats")),
        tasks=(4, 9),
    ),
    Expected(
        "Increase test coverage of the billing and reporting modules",
        kind="testing",
        covers=("billing", "reporting"),
        tasks=(4, 9),
    ),
    Expected(
        "Build a browser extension that blocks trackers, shows a per-site report, and syncs settings",
        covers=("trackers", "per-site report", "settings"),
        tasks=(6, 14),
    ),
    Expected(
        "Fix the login bug and add dark mode",
        kind="bug_fix",
        covers=("login bug", "dark mode"),
        parallel=(("reproduce", "dark mode$"),),
        tasks=(5, 12),
    ),
)
