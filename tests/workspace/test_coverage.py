"""Coverage files of each known form, and hostile ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.workspace.coverage import CoverageError, find_coverage, read_coverage

COBERTURA = """<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage line-rate="0.9"><packages><package><classes>
<class filename="src\\a.py"><methods><method><lines><line number="1" hits="1"/></lines></method></methods>
<lines><line number="1" hits="1"/><line number="2" hits="0"/></lines></class>
<class filename="src/a.py"><lines><line number="2" hits="3"/><line number="3" hits="0"/></lines></class>
<class filename="src/b.py"><lines><line number="1" hits="0"/></lines></class>
</classes></package></packages></coverage>"""
FORMS = {
    "cobertura": (COBERTURA, {"src/a.py": (2, 3), "src/b.py": (0, 1)}),
    "coverage.py": (
        '{"meta": {}, "files": {"src/a.py": {"summary": {"covered_lines": 2, "num_statements": 3}}}, "totals": {}}',
        {"src/a.py": (2, 3)},
    ),
    "istanbul": (
        '{"total": {"lines": {"total": 9, "covered": 9}}, "src/a.ts": {"lines": {"total": 3, "covered": 2}}}',
        {"src/a.ts": (2, 3)},
    ),
    "lcov": ("TN:\nSF:src/a.c\nDA:1,5\nDA:2,0\nDA:2,1\nLF:2\nend_of_record\n", {"src/a.c": (2, 2)}),
}
HOSTILE = {
    "entities": (
        (
            '<!DOCTYPE coverage [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
            "<coverage>&b;</coverage>"
        ),
        "declares XML entities",
    ),
    "half": ("<coverage><packages>", "not well-formed"),
    "other xml": ("<html/>", "no element `coverage`"),
    "other json": ('{"a": 1}', "neither coverage.py nor"),
    "deep json": ("{" + '"a":[' * 100_000, "not JSON"),
    "text": ("hello", "no coverage report of a known form"),
    "empty": ("", "no coverage report of a known form"),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form(tmp_path: Path, form: str):
    text, files = FORMS[form]
    (tmp_path / "c").write_text(text, encoding="utf-8")
    found = read_coverage(tmp_path / "c")
    assert found.files == files
    assert found.share == sum(each[0] for each in files.values()) / sum(each[1] for each in files.values())


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_none_is_refused_with_the_reason(tmp_path: Path, case: str):
    text, reason = HOSTILE[case]
    (tmp_path / "c").write_text(text, encoding="utf-8")
    with pytest.raises(CoverageError, match=reason):
        read_coverage(tmp_path / "c")


def test_where_it_is_looked_for(tmp_path: Path):
    assert find_coverage(tmp_path) is None
    (tmp_path / "coverage").mkdir()
    (tmp_path / "coverage/lcov.info").touch()
    assert find_coverage(tmp_path) == tmp_path / "coverage/lcov.info"
    (tmp_path / "coverage.xml").touch()
    assert find_coverage(tmp_path) == tmp_path / "coverage.xml"


@given(st.sampled_from(sorted(FORMS)), st.binary(max_size=8), st.integers(0, 400))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, form: str, junk: bytes, place: int
):
    data = FORMS[form][0].encode()
    path = tmp_path_factory.mktemp("any") / "c"
    path.write_bytes(data[:place] + junk + data[place:])
    try:
        found = read_coverage(path)
    except CoverageError:
        return
    assert 0 <= found.covered <= found.lines
