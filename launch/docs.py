"""Writes the generated pages of docs/, or with --check says which of them is out of date."""

import sys
from collections.abc import Callable
from importlib import import_module, util
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
# page -> the module whose render() writes it
PAGES = {"api.md": "api.document", "carriers.md": "launch.carriers_page", "settings.md": "launch.settings_page"}


def renderers() -> dict[Path, Callable[[], str]]:
    return {DOCS / page: import_module(module).render for page, module in PAGES.items() if util.find_spec(module)}


def stale() -> list[Path]:
    """The pages whose text differs from what the code says now."""
    return [
        page
        for page, render in renderers().items()
        if not page.exists() or page.read_text(encoding="utf-8") != render()
    ]


def write() -> None:
    DOCS.mkdir(exist_ok=True)
    for page, render in renderers().items():
        page.write_text(render(), encoding="utf-8")


def main(arguments: list[str]) -> int:
    if arguments != ["--check"]:
        write()
        return 0
    pages = stale()
    for page in pages:
        print(f"docs/{page.name} is out of date; `make docs` writes it anew")
    return 1 if pages else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
