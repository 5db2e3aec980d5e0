"""Reading skills from prose."""

from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.agents.skill_inference import MOST_SKILLS, infer_skills
from orchestrate_ls.agents.skill_vocabulary import AMBIGUOUS, TOOL_SKILLS, VOCABULARY


def test_the_id_and_the_description_count_at_once_and_instructions_when_they_insist():
    assert infer_skills("rust-engineer") == ("rust",)
    assert infer_skills("x", "Knows PostgreSQL and docker") == ("docker", "postgresql")
    assert infer_skills("x", "", "Use docker.") == ()
    assert infer_skills("x", "", "Use docker. Keep docker files small.") == ("docker",)


def test_what_is_denied_does_not_count():
    assert infer_skills("x", "Reviews Rust, never touches Python or Java; knows Docker") == ("docker", "rust")
    assert infer_skills("x", "Works without Kubernetes") == ()


def test_words_of_everyday_language_count_in_names_only():
    assert infer_skills("x", "Ready to go, and the rest is easy to search") == ()
    assert infer_skills("goReviewer") == ("go",)
    assert infer_skills("rest_api") == ("api-design", "rest") or "rest" in infer_skills("rest_api")


def test_parts_of_words_do_not_count():
    assert infer_skills("x", "Trusty, javascripty, pythonic, C++ish") == ()
    assert infer_skills("x", "C++, C# and node.js.") == ("c#", "c++", "javascript")


def test_tools_and_packages_say_something():
    assert infer_skills("x", tools=["Read", "mcp__playwright__click", "WebSearch"]) == (
        "e2e-testing",
        "research",
    )
    assert infer_skills("x", packages=["terraform-recipes"]) == ("terraform",)


def test_the_vocabulary_is_consistent():
    assert set(TOOL_SKILLS.values()) <= VOCABULARY.keys()
    assert VOCABULARY.keys() >= AMBIGUOUS
    for skill, phrases in VOCABULARY.items():
        assert all(each == each.casefold().strip() for each in (skill, *phrases)), skill


@given(st.text(max_size=50), st.text(max_size=500), st.text(max_size=500), st.lists(st.text(max_size=30)))
def test_any_text_gives_known_skills_without_repeats(
    name: str, description: str, body: str, tools: list[str]
):
    found = infer_skills(name, description, body, tools, tools)
    assert len(found) == len(set(found)) <= MOST_SKILLS
    assert set(found) <= VOCABULARY.keys()


def test_hostile_text_is_read_in_bounded_time():
    assert infer_skills("a" * 100_000, "not " * 50_000 + "python " * 50_000, "((((" * 100_000) in (
        (),
        ("python",),
    )
