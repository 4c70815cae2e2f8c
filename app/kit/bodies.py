"""Bodies: what somebody sends with a request, with the fields it has and no other.

A field that is quietly left out would look as if it had been done.
"""

from __future__ import annotations

from typing import Any, cast

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

UNKNOWN = "unknown_field"
"""The kind of error; its context has the `unknown` names, the first of them."""
_NAMED = 3


class Body(BaseModel):
    """A JSON object of known fields; the base of every body that a route takes."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _say_what_there_is(cls, sent: Any) -> Any:
        """Pydantic alone does not say which fields there are, and stumbles over half a character."""
        if not isinstance(sent, dict):
            return cast("object", sent)
        given = cast("dict[str, Any]", sent)
        unknown = [
            # JSON can name half a character, which no answer could repeat.
            name[:60].encode(errors="replace").decode()
            for name in given
            if name not in cls.model_fields
        ][:_NAMED]
        if unknown:
            raise PydanticCustomError(
                UNKNOWN,
                "Nothing here is called {named}; there is {known}",
                {
                    "unknown": unknown,
                    "named": ", ".join(f"“{name}”" for name in unknown),
                    "known": ", ".join(cls.model_fields),
                },
            )
        return given
