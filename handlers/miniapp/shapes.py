"""What goes in and out of the API, as far as every route has it: strict bodies, one success and one error shape."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Annotated, Any, Generic, Literal, TypeVar

from flask import Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

T = TypeVar("T")
_LARGEST = 2**31 - 1


def _typed(text: str) -> str:
    if "\0" in text:
        raise ValueError("不能含有空字符")
    return text


Words = Annotated[str, AfterValidator(_typed)]  # of people; lengths are the field's own business
Id = Annotated[int, Field(ge=1, le=_LARGEST)]
QUESTION = "page:"  # the key of a message that came from a page
QuestionId = Annotated[str, Field(pattern=rf"^{QUESTION}[0-9a-f]{{64}}$")]


class _Model(BaseModel):
    """Built when it is first used, and its schema is worked out once for each way of asking.

    flask-openapi asks for that of headers and queries with every request, and to write the document of the API 1,600
    times for that of the error, for every status of every route.
    """

    model_config = ConfigDict(defer_build=True)

    @classmethod
    def model_json_schema(cls, *how: Any, **more: Any) -> dict[str, Any]:
        return deepcopy(_schema(cls, how, tuple(sorted(more.items()))))


@cache
def _schema(model: type[_Model], how: tuple[Any, ...], more: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    return super(_Model, model).model_json_schema(*how, **dict(more))


class Given(_Model):
    """What a client sends. Fields nobody knows are refused, so that a typo does not pass in silence."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Shown(_Model):
    """What a client is sent. `Field` describes its fields: docstrings below them would be read anew at every start."""


class Fault(Shown):
    code: str
    text: str
    field: str | None = None


class Failed(Shown):
    ok: Literal[False] = False
    error: Fault


class Said(Shown, Generic[T]):
    ok: Literal[True] = True
    data: T


class Nothing(Shown):
    """Done; there is nothing to tell."""


class Page(Shown, Generic[T]):
    items: list[T]
    next: str | None = Field(description="Put into `after` for the following page; null: that was the last.")


class Posted(_Model):
    """The header of every POST: eight characters or more that the client makes anew for each thing it wants done."""

    key: Annotated[str, Field(alias="Idempotency-Key", min_length=8, max_length=128, pattern=r"^[\x21-\x7e]+$")]


class From(Given):
    after: Annotated[Words, Field(max_length=190)] = ""
    limit: Annotated[int, Field(ge=1, le=50)] = 20


_COMMON = (400, 401, 403, 404, 405, 408, 413, 415, 422, 429, 500, 503)


def says(shape: BaseModel) -> Response:
    """An answer that has not to be kept: of a GET, or a PUT or DELETE, which may be done again."""
    return Response(Said(data=shape).model_dump_json(), content_type="application/json")


def answers(shape: Any, *, more: tuple[int, ...] = ()) -> dict[int | str, Any]:
    """`responses=` of a route: what it says when all is well, and the one error shape for all that can be wrong."""
    return {200: _said(shape), **dict.fromkeys((*_COMMON, *more), Failed)}


@cache  # pydantic itself keeps such a class only as long as somebody else does
def _said(shape: Any) -> Any:
    return Said[shape]
