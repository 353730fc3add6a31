"""No call to a carrier's SDK goes past the client that limits its time, its pace and its length."""

from __future__ import annotations

import ast

from tests.house.sources import of

CLIENT = "carriers/telnyx_client.py"
GATES = {"read", "write", "pages"}


def test_the_sdk_is_loaded_by_its_client_only() -> None:
    others = [
        source.name
        for source in of("carriers")
        for node in ast.walk(source.tree)
        if source.name != CLIENT and isinstance(node, ast.Constant) and node.value == "telnyx"
        if source.name not in {"carriers/telnyx.py", "carriers/directory.py"}
    ]
    named = [(source.name, module) for source in of("carriers") for _, module in source.imports()]
    imports = [name for name, module in named if module.split(".")[0] == "telnyx"]
    assert not others and not imports


def test_a_method_of_the_sdk_is_only_picked_for_a_gate() -> None:
    """`with_raw_response` names what is to be called; outside of the client it may stand in a lambda only."""
    for source in of("carriers"):
        if source.name == CLIENT:
            continue
        picks = [found for found in ast.walk(source.tree) if isinstance(found, ast.Lambda)]
        inside = {id(node) for pick in picks for node in ast.walk(pick)}
        called = {id(node.func) for node in ast.walk(source.tree) if isinstance(node, ast.Call)}
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and node.attr == "with_raw_response":
                assert id(node) in inside, f"{source.name}:{node.lineno} calls the SDK past the client"
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
                assert not (node.value.attr == "with_raw_response" and id(node) in called), source.name


def test_every_gate_leads_to_the_one_call() -> None:
    (client,) = [source for source in of("carriers") if source.name == CLIENT]
    gates = {function.name: ast.unparse(function) for function in client.functions() if function.name in GATES}
    assert set(gates) == GATES
    assert all("self._call(" in text or "self.read(" in text for text in gates.values())
    (call,) = [ast.unparse(function) for function in client.functions() if function.name == "_call"]
    assert call.index("self._pace.turn()") < call.index("asyncio.timeout(") < call.index("pick(api)(")
    assert sum("pick(api)(" in ast.unparse(function) for function in client.functions()) == 1
