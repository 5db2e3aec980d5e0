"""Addresses of databases: what is taken, and how they are shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate_ls.execution.database import DatabaseAddress, DatabaseError


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://ann@db.example:5433/plans", "postgresql://ann@db.example:5433/plans"),
        ("postgres://ann:s3cret@db/plans", "postgresql://ann@db/plans"),
        ("postgresql:///plans?host=/run/pg&password=s3cret", "postgresql:///plans?host=/run/pg"),
        ("postgresql://ann:s3%40cret@db/plans?sslmode=require", "postgresql://ann@db/plans?sslmode=require"),
    ],
)
def test_an_address_is_shown_without_its_password(text: str, shown: str):
    address = DatabaseAddress.parse(text)
    assert address.shown == shown
    assert "cret" not in repr(address)
    assert address.url.startswith("postgresql://")
    said = f"could not connect: {text} {address.url}"
    assert "cret" not in address.hide(f"{said} s3@cret" if "%40" in text else said)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is none"),
        ("mysql://ann:s3cret@db/plans", "`mysql` is none"),
        ("sqlite:///x.db", "`sqlite` is none"),
        ("postgresql://db", "does not name a database"),
        ("postgresql://db:port/x", "cannot be understood"),
        ("postgresql://db/x y", "spaces"),
        ("postgresql://db/" + "x" * 5000, "too long"),
    ],
)
def test_what_is_no_address_is_refused_with_what_to_write(text: str, message: str):
    with pytest.raises(DatabaseError, match=message) as caught:
        DatabaseAddress.parse(text)
    assert "s3cret" not in str(caught.value)
    assert caught.value.hint is not None


@given(st.text(max_size=60), st.text("abcXYZ019:@/?&=%#", min_size=4, max_size=20))
def test_no_text_breaks_it_and_no_password_shows(text: str, password: str):
    for each in (text, f"postgresql://ann:{password}@db/plans", f"postgresql://db/plans?password={password}"):
        try:
            address = DatabaseAddress.parse(each)
        except DatabaseError:
            continue
        assert isinstance(address.shown, str)
    try:
        plain = DatabaseAddress.parse(f"postgresql://ann:Q{password.encode().hex()}@db/plans")
    except DatabaseError:
        return
    assert f"Q{password.encode().hex()}" not in plain.shown
