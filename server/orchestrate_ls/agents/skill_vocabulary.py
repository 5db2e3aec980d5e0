"""The skills that can be read from an agent's prose, and how they are spoken of there. Data only; our own list.

Each skill is matched by its name (with a blank or nothing for a hyphen) and by the phrases behind it, as whole words in
any letter case. A phrase is a plain text; a word that means something else in everyday language (`go`, `rest`,
`spring`) is left to a phrase that does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

VOCABULARY: Final[Mapping[str, tuple[str, ...]]] = {
    # Languages
    "python": ("pytest", "django", "flask", "fastapi", "asyncio", "pandas"),
    "typescript": ("tsconfig", "angular", "nestjs"),
    "javascript": ("node.js", "nodejs", "ecmascript"),
    "java": ("spring boot", "jvm", "maven", "gradle"),
    "kotlin": ("jetpack compose",),
    "swift": ("swiftui", "xcode"),
    "go": ("golang", "goroutine", "goroutines"),
    "rust": ("cargo", "borrow checker", "tokio"),
    "c++": ("cpp", "cmake"),
    "c#": ("csharp", ".net", "dotnet", "asp.net"),
    "ruby": ("rails", "rspec"),
    "php": ("laravel", "symfony"),
    "scala": (),
    "elixir": ("phoenix framework",),
    "haskell": (),
    "r": ("tidyverse", "ggplot2", "r packages"),
    "shell": ("bash scripts", "shell script", "shell scripts", "zsh", "posix shell"),
    "sql": ("plpgsql", "sql queries"),
    "html": (),
    "css": ("tailwind", "sass", "stylesheets"),
    # Front end, mobile, desktop
    "react": ("next.js", "nextjs", "jsx", "react native"),
    "vue": ("vue.js", "nuxt"),
    "svelte": ("sveltekit",),
    "frontend": ("front-end", "user interface", "user interfaces", "ui components", "web components"),
    "accessibility": ("wcag", "a11y", "screen reader", "screen readers"),
    "ux": ("user experience", "usability", "wireframes", "user research"),
    "design": ("design system", "design systems", "figma", "visual design"),
    "mobile": ("mobile apps", "react native", "flutter"),
    "ios": ("swiftui", "app store"),
    "android": ("jetpack compose", "play store"),
    # Back end
    "backend": ("back-end", "server-side", "business logic"),
    "api-design": ("openapi", "swagger", "api contracts", "endpoints", "apis"),
    "rest": ("restful", "rest api", "rest apis", "rest endpoints"),
    "graphql": ("apollo",),
    "grpc": ("protobuf", "protocol buffers"),
    "microservices": ("service mesh", "microservice"),
    "messaging": ("kafka", "rabbitmq", "message queue", "message queues", "event-driven"),
    "websockets": ("websocket", "server-sent events"),
    "email": ("smtp", "transactional mail", "e-mail", "emails"),
    "payments": ("stripe", "billing", "invoices", "checkout"),
    "integration": ("third-party apis", "webhooks", "integrations"),
    "search": ("elasticsearch", "opensearch", "full-text search"),
    # Data
    "database": ("databases", "schema design", "migrations", "query plans", "mysql", "sqlite", "orm"),
    "postgresql": ("postgres",),
    "mongodb": ("nosql",),
    "redis": (),
    "data-engineering": ("etl", "data pipelines", "data pipeline", "airflow", "dbt", "spark", "data warehouse"),
    "data-analysis": ("data analyst", "statistics", "dashboards", "notebooks", "exploratory analysis"),
    "machine-learning": ("pytorch", "tensorflow", "scikit-learn", "model training", "neural network", "ml models"),
    "llm": ("prompt engineering", "large language model", "large language models", "embeddings", "prompts"),
    "data-privacy": ("gdpr", "privacy", "personal data"),
    # Security
    "security": ("vulnerability", "vulnerabilities", "owasp", "threat model", "threat models", "penetration testing"),
    "authentication": ("login", "sign-in", "password reset", "session handling", "sso", "single sign-on"),
    "oauth2": ("oauth", "oauth 2.0", "openid connect", "oidc"),
    "cryptography": ("encryption", "tls", "key management"),
    "compliance": ("soc 2", "hipaa", "pci dss", "audit trail", "audit trails"),
    # Quality
    "testing": (
        "unit tests", "test suite", "test suites", "test cases", "test coverage", "tests", "tester", "qa",
        "quality assurance", "pytest", "jest", "junit", "test-driven", "tdd",
    ),
    "integration-testing": ("integration tests", "contract tests"),
    "e2e-testing": ("end-to-end tests", "e2e tests", "playwright", "cypress", "selenium", "e2e"),
    "performance": ("profiling", "bottlenecks", "latency", "benchmarks", "benchmarking", "flame graph"),
    "load-testing": ("load tests", "k6", "locust", "jmeter"),
    "code-review": ("reviews code", "review code", "code reviewer", "reviews pull requests", "pull request review"),
    "debugging": ("debugger", "root cause", "stack trace", "stack traces", "bisect"),
    "refactoring": ("refactor", "refactors", "technical debt", "code smells", "legacy code"),
    "static-analysis": ("linter", "linting", "eslint", "ruff", "type checking"),
    # Operations
    "devops": ("site reliability", "platform engineering", "deployments"),
    "ci-cd": ("continuous integration", "ci/cd", "github actions", "gitlab ci", "jenkins", "build pipelines"),
    "docker": ("dockerfile", "dockerfiles", "containers", "container images"),
    "kubernetes": ("k8s", "helm", "kubectl"),
    "terraform": ("infrastructure as code", "pulumi", "opentofu"),
    "cloud": ("aws", "azure", "gcp", "google cloud", "lambda functions", "serverless"),
    "linux": ("systemd", "debian", "ubuntu"),
    "networking": ("dns", "load balancer", "load balancers", "firewall", "tcp"),
    "observability": ("monitoring", "prometheus", "grafana", "opentelemetry", "tracing", "structured logs"),
    "incident-response": ("on-call", "postmortem", "postmortems", "incidents", "runbooks"),
    "release-management": ("release notes", "changelog", "versioning", "releases"),
    "git": ("merge conflicts", "rebase", "commit history"),
    # Words and plans
    "documentation": (
        "docs", "technical writer", "technical writing", "readme", "api reference", "tutorials", "user guide",
    ),
    "copywriting": ("marketing copy", "headlines", "landing page copy", "tone of voice"),
    "translation": ("localization", "localisation", "i18n", "internationalization", "translator"),
    "architecture": ("system design", "architect", "architectural", "design decisions", "adr", "trade-offs"),
    "requirements": ("user stories", "acceptance criteria", "stakeholders", "product manager", "product owner"),
    "planning": ("roadmap", "roadmaps", "project manager", "milestones", "estimates"),
    "research": ("web research", "literature", "compares sources", "market research", "citations"),
    "seo": ("search engine optimization", "meta tags", "sitemap"),
    "marketing": ("campaigns", "newsletter", "growth"),
    "legal": ("contracts law", "licences", "licenses", "terms of service"),
    "finance": ("bookkeeping", "budgets", "forecasting", "accounting"),
    "support": ("customer support", "help desk", "support tickets"),
    # Other trades
    "game-development": ("unity", "unreal", "godot", "gameplay"),
    "embedded": ("firmware", "microcontroller", "microcontrollers", "rtos"),
    "blockchain": ("solidity", "smart contracts", "ethereum"),
    "graphics": ("webgl", "shaders", "opengl", "vulkan", "rendering"),
    "audio": ("speech synthesis", "podcast"),
    "video": ("ffmpeg", "video editing"),
    "browser-extension": ("chrome extension", "browser extensions", "manifest v3"),
    "vscode-extension": ("vs code extension", "vs code extensions"),
    "compilers": ("parser", "parsers", "abstract syntax", "code generation"),
}  # fmt: skip

AMBIGUOUS: Final = frozenset(
    {"go", "r", "rest", "email", "search", "support", "design", "legal", "git", "video"}
)
"""Skills whose bare name is an everyday word: in instructions it says nothing; in an id it does."""

TOOL_SKILLS: Final[Mapping[str, str]] = {
    "websearch": "research",
    "webfetch": "research",
    "notebookedit": "data-analysis",
    "playwright": "e2e-testing",
    "puppeteer": "e2e-testing",
    "figma": "design",
    "postgres": "postgresql",
    "sentry": "observability",
    "grafana": "observability",
    "kubernetes": "kubernetes",
    "terraform": "terraform",
    "stripe": "payments",
}
"""What a tool in an agent's list says of its skills, by a word of the tool's name."""
