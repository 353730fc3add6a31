"""Deployment: what dashboards and alerts ask for is what the code tells, and every figure of ours is used."""

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

import promql_parser
import pytest
import yaml

from tests.house.sources import ROOT, of

DEPLOY = ROOT / "deploy"
DASHBOARD = json.loads((DEPLOY / "grafana" / "portdesk.json").read_text())
RULES = yaml.safe_load((DEPLOY / "prometheus" / "portdesk.rules.yml").read_text())
SCRAPED = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
OURS = re.compile(r"portdesk_[a-z_]+")
# Of Prometheus itself, and of Temporal's SDK (tests/effects/test_worker_figures.py holds those against a real worker).
OTHERS = re.compile(r"up|temporal_[a-z_]+")
ENDS = ("", "_total", "_bucket", "_sum", "_count")


def panels() -> list[dict[str, Any]]:
    return [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def alerts() -> list[dict[str, Any]]:
    return [rule for group in RULES["groups"] for rule in group["rules"]]


def expressions() -> Iterator[tuple[str, str]]:
    """Where each stands, and what it says once Grafana has put its interval in."""
    for panel in panels():
        for target in panel["targets"]:
            yield panel["title"], target["expr"].replace("$__rate_interval", "5m")
    for alert in alerts():
        yield alert["alert"], alert["expr"]


def asked() -> set[str]:
    """The name of every metric that an expression selects, as PromQL's own grammar reads it."""
    return {name for _, expression in expressions() for name in selected(promql_parser.parse(expression))}


def selected(node: Any) -> set[str]:
    names = {node.name} if isinstance(node, promql_parser.VectorSelector) else set()
    children = [getattr(node, part, None) for part in ("expr", "lhs", "rhs", "vector_selector", "vs", "args", "param")]
    for child in children:
        for one in child if isinstance(child, list) else [child]:
            names |= selected(one) if isinstance(one, promql_parser.Expr) else set()
    return names


def told() -> set[str]:
    """Names that stand in the code as figures."""
    literals = {
        node.value
        for folder in ("api", "launch")
        for source in of(folder)
        for node in ast.walk(ast.parse(source.text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and OURS.fullmatch(node.value)
    }
    return literals | {"portdesk_engine_up", "portdesk_database_up"}


def test_the_grammar_reads_every_expression() -> None:
    assert len(list(expressions())) > 30
    for where, expression in expressions():
        assert selected(promql_parser.parse(expression)), where


def test_a_selector_is_found_however_deep() -> None:
    deep = "topk(5, histogram_quantile(0.9, sum by (le) (rate(a_bucket[5m])))) / (max(b offset 1h) - -c) > 1 and d == 0"
    assert selected(promql_parser.parse(deep)) == {"a_bucket", "b", "c", "d"}


def test_what_is_asked_for_is_told() -> None:
    known = {name + end for name in told() for end in ENDS}
    assert {name for name in asked() if name not in known and not OTHERS.fullmatch(name)} == set()


def test_every_figure_of_ours_is_on_the_dashboard_and_explained() -> None:
    used = asked()
    assert {name for name in told() if not any(name + end in used for end in ENDS)} == set()
    assert {name for name in told() if f"`{name}" not in OPERATIONS} == set()


def test_every_figure_that_is_explained_is_told() -> None:
    known = {name + end for name in told() for end in ENDS}
    assert set(OURS.findall(OPERATIONS)) - known == set()


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: panel["title"])
def test_a_panel_has_title_unit_source_and_a_place_of_its_own(panel: dict[str, Any]) -> None:
    assert panel["title"] and panel["description"] and panel["fieldConfig"]["defaults"]["unit"]
    assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    assert all(target["datasource"] == panel["datasource"] for target in panel["targets"])
    place = panel["gridPos"]
    assert place["x"] + place["w"] <= 24
    others = [one["gridPos"] for one in DASHBOARD["panels"] if one["id"] != panel["id"]]
    assert not any(_overlap(place, other) for other in others)


def _overlap(a: dict[str, int], b: dict[str, int]) -> bool:
    beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
    return not beside and a["y"] < b["y"] + b["h"] and b["y"] < a["y"] + a["h"]


def test_the_dashboard_lets_its_source_be_chosen() -> None:
    [variable] = DASHBOARD["templating"]["list"]
    assert (variable["name"], variable["type"], variable["query"]) == ("datasource", "datasource", "prometheus")
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids) and len({panel["title"] for panel in panels()}) == len(panels())


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert["alert"])
def test_an_alert_says_how_bad_it_is_and_what_to_do(alert: dict[str, Any]) -> None:
    assert alert["labels"]["severity"] in {"page", "ticket"}
    assert alert["annotations"]["summary"] and alert["annotations"]["do"]
    assert alert["alert"] in OPERATIONS


def test_alerts_name_the_jobs_that_are_scraped() -> None:
    jobs = {job["job_name"] for job in SCRAPED["scrape_configs"]}
    named = {name for _, text in expressions() for name in re.findall(r'job="([^"]+)"', text)}
    assert named and named <= jobs
    assert SCRAPED["rule_files"] == ["portdesk.rules.yml"]
