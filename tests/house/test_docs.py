"""Docs: what is generated is current, and what a page names exists."""

from launch import docs
from launch.settings import Settings
from launch.settings_policy import PolicySettings
from launch.settings_sources import allowed


def test_the_generated_pages_are_current() -> None:
    assert docs.stale() == []


def test_a_changed_page_is_found(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(docs, "DOCS", tmp_path)
    docs.write()
    assert docs.stale() == []
    (tmp_path / "settings.md").write_text("other")
    assert [page.name for page in docs.stale()] == ["settings.md"]


def test_every_setting_says_what_it_is_for_and_what_is_allowed() -> None:
    fields = {**Settings.model_fields, **PolicySettings.model_fields}
    assert [name for name, field in fields.items() if not field.description or not allowed(field)] == []
