"""Settings for all tests. Knows nothing of any package."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No deadlines: how long an example takes says more about the machine than about the code.
settings.register_profile(
    "steady", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
# HYPOTHESIS_PROFILE=search looks for examples that the steady ones never reach.
settings.register_profile("search", settings.get_profile("steady"), derandomize=False, max_examples=2000)
# HYPOTHESIS_PROFILE=few is for runs that ask whether libraries fit, after the steady ones have asked the rest.
settings.register_profile("few", settings.get_profile("steady"), max_examples=10)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty home folder: what a developer keeps in theirs must not change an outcome."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HOME", "USERPROFILE"):
            patch.setenv(name, str(folder))
        # Importing the durable engine takes seconds; tests of it ask for it.
        patch.setenv("ORCHESTRATE_ENGINE", "local")
        yield folder
