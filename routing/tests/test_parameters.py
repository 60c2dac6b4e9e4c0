"""The table of what can be set: complete, and on every wire."""

from dataclasses import fields, replace
from typing import Any

import pytest

from routing.llm import ollama_wire, openai_wire
from routing.parameters import BY_NAME, PARAMETERS, Parameter, Parameters, label_of_parameter
from routing.tests.helpers import asking

IDS = list(BY_NAME)


def sent(parameter: Parameter, wire: Any) -> dict[str, Any]:
    parameters = Parameters.from_dict({parameter.name: parameter.example})
    payload: dict[str, Any] = wire.payload_of(replace(asking(), parameters=parameters))
    return payload


def test_the_table_and_the_value_have_the_same_names() -> None:
    assert [one.name for one in fields(Parameters)] == [one.name for one in PARAMETERS]


@pytest.mark.parametrize("parameter", PARAMETERS, ids=IDS)
def test_an_example_comes_back_as_it_was(parameter: Parameter) -> None:
    given = {parameter.name: parameter.example}
    assert Parameters.from_dict(given).to_dict() == given


@pytest.mark.parametrize("parameter", PARAMETERS, ids=IDS)
def test_ollama_is_sent_each(parameter: Parameter) -> None:
    payload = sent(parameter, ollama_wire)
    place = payload if parameter.ollama else payload["options"]
    assert place[parameter.ollama or parameter.name] == parameter.example


@pytest.mark.parametrize("parameter", PARAMETERS, ids=IDS)
def test_other_servers_are_sent_what_they_have_a_name_for(parameter: Parameter) -> None:
    more = sent(parameter, openai_wire).keys() - openai_wire.payload_of(asking()).keys()
    assert more == ({parameter.openai} if parameter.openai else set())


def test_what_only_another_version_knows_has_a_label_too() -> None:
    assert (label_of_parameter("num_ctx"), label_of_parameter("mirostat_tau")) == (
        "Context window",
        "Mirostat tau",
    )
