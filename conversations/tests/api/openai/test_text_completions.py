"""/v1/completions: a model goes on with a text."""

import pytest

from conversations.api.openai.text_completions import TextCompletionBody, wishes_of
from conversations.models import Generation
from conversations.tests.api.openai.asking import ended, told
from routing.llm.catalogue import Catalogue
from routing.types import Finished, ReasoningDelta, TextDelta, TokenChances, Usage

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/v1/completions"


async def ask(aclient, **more):
    body = {"model": "echo", "prompt": "Once upon a time", **more}
    return await aclient.post(URL, body, content_type="application/json")


async def test_the_shape(aclient, alice) -> None:
    answer = (await ask(aclient)).json()
    row = await ended()
    assert answer["id"] == f"cmpl-{row.public_id.hex}"
    assert (answer["object"], answer["model"]) == ("text_completion", "echo")
    assert answer["choices"] == [
        {"index": 0, "text": "Once upon a time", "finish_reason": "stop", "logprobs": None}
    ]
    assert answer["usage"]["total_tokens"] == 8
    assert (row.owner_id, row.cause, row.metric.output_tokens) == (alice.id, "request", 4)


async def test_several_texts_and_several_answers(aclient, alice) -> None:
    answer = (await ask(aclient, prompt=["a", "b"], n=2, echo=True)).json()
    assert [one["text"] for one in answer["choices"]] == ["aa", "aa", "bb", "bb"]
    assert [one["index"] for one in answer["choices"]] == [0, 1, 2, 3]
    assert answer["usage"]["prompt_tokens"] == 2
    assert await Generation.objects.acount() == 4


async def test_in_a_stream(aclient, alice, model) -> None:
    model.does(
        ReasoningDelta("Hm"), TextDelta("Yes"), TextDelta("."), Finished("length", Usage(1, 2))
    )
    response = await ask(aclient, stream=True, echo=True, stream_options={"include_usage": True})
    *chunks, last = await told(response)
    choices = [one["choices"][0] for one in chunks]
    assert "".join(one["text"] for one in choices) == "Once upon a timeYes."
    assert choices[-1]["finish_reason"] == "length"
    assert (last["choices"], last["usage"]["total_tokens"]) == ([], 3)


async def test_chances_in_the_old_words(aclient, alice, model) -> None:
    other = {"token": "No", "logprob": -2.0}
    told = ({"token": "Yes", "logprob": -0.1, "top_logprobs": [other]}, {"token": "."})
    model.does(TextDelta("Yes."), TokenChances(told), Finished("stop"))
    (choice,) = (await ask(aclient, logprobs=1)).json()["choices"]
    assert choice["logprobs"] == {
        "tokens": ["Yes", "."],
        "token_logprobs": [-0.1, None],
        "top_logprobs": [{"No": -2.0}, {}],
        "text_offset": [0, 3],
    }


async def test_in_a_stream_chances_say_where_their_tokens_stand(aclient, alice, model) -> None:
    one, other = (TokenChances(({"token": token, "logprob": -1.0},)) for token in ("Yes", "."))
    model.does(TextDelta("Yes"), one, TextDelta("."), other, Finished("stop"))
    chunks = await told(await ask(aclient, logprobs=0, stream=True, echo=True))
    found = [one["choices"][0]["logprobs"] for one in chunks]
    offsets = [place for one in found if one for place in one["text_offset"]]
    assert offsets == [len("Once upon a time"), len("Once upon a timeYes")]


@pytest.mark.parametrize(
    ("more", "param", "words"),
    [
        ({"prompt": [1, 2, 3]}, "prompt", "as text"),
        ({"prompt": [[1, 2], [3]]}, "prompt", "as text"),
        ({"prompt": []}, "prompt", "one text"),
        ({"model": "tools/echo"}, "model", "direct/"),
    ],
)
async def test_what_is_refused_is_named(aclient, alice, more, param, words) -> None:
    response = await ask(aclient, **more)
    error = response.json()["error"]
    assert (response.status_code, error["param"]) == (400, param)
    assert words in error["message"]
    assert await Generation.objects.acount() == 0


def test_what_goes_to_the_model() -> None:
    body = TextCompletionBody.model_validate(
        {"model": "m", "prompt": "a", "suffix": "z", "max_tokens": 0, "stop": "", "seed": 3,
         "n": 2, "logit_bias": {"1": 2}, "unknown": 1, "best_of": 2}
    )  # fmt: skip
    first, second = (one.request for one in wishes_of(body, Catalogue()))
    assert (first.is_bare, first.suffix, first.parameters.num_predict) == (True, "z", -1)
    assert (first.parameters.seed, second.parameters.seed) == (3, 4)
    assert first.in_openais_words == {"logit_bias": {"1": 2}}
