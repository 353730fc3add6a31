"""Every route is guarded: a key opens it, or it stands in a short list of those that are open to everybody."""

import ast
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from api.app import described_app
from api.guard import Guarded
from tests.house.sources import length, of

OPEN = {
    "/openapi.json",
    "/docs",
    "/problems/{code}",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/carriers/{name}/webhook",  # opened by the carrier's signature
}


def routes() -> Iterator[tuple[str, str, object]]:
    for found in iter_route_contexts(described_app().routes):
        for method in sorted(getattr(found, "methods", None) or ()):
            yield method, str(found.path), found.original_route


@pytest.mark.parametrize(("method", "path", "route"), list(routes()))
def test_a_route_is_guarded_or_known_to_be_open(method: str, path: str, route: object) -> None:
    if path in OPEN:
        assert not isinstance(route, Guarded)
    else:
        assert isinstance(route, Guarded), f"{method} {path} opens without a key"


def test_no_open_route_is_listed_that_does_not_exist() -> None:
    assert {path for _, path, _ in routes()} >= OPEN


def test_a_route_has_at_most_eight_lines() -> None:
    decorated = [
        (source.name, function.name, length(function))
        for source in of("api")
        for function in source.functions()
        if any("router." in ast.unparse(decorator) for decorator in function.decorator_list)
    ]
    assert len(decorated) > 20
    assert [row for row in decorated if row[2] > 8] == []


def test_every_guarded_route_names_who_may_call() -> None:
    made = described_app().openapi()
    for path, methods in made["paths"].items():
        for operation in methods.values():
            assert (path in OPEN) != ("security" in operation), path


def test_apiroute_is_what_a_guard_is_made_from() -> None:
    """Were it not, FastAPI would ignore the guard's handler."""
    assert issubclass(Guarded, APIRoute)
