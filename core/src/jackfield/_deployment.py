"""Settings that the deployment fills in, never the form; read it through :mod:`jackfield.settings`."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jackfield.errors import CATALOGUE, Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pydantic import BaseModel

MARK = {"deployment": True}
_MISSING = "deployment_setting_missing"


@lru_cache(maxsize=256)
def deployment_fields(cls: type[BaseModel]) -> tuple[str, ...]:
    """The fields that the deployment fills in, in their order."""
    return tuple(name for name, field in cls.model_fields.items() if field.json_schema_extra == MARK)


def deployment_variable(platform_id: str, field: str) -> str:
    """The environment variable that holds a deployment's value: ``JACKFIELD_<PLATFORM>_<FIELD>``, ``-`` as ``_``."""
    return f"JACKFIELD_{platform_id}_{field}".upper().replace("-", "_")


def deployment_from_environment(platform_id: str, cls: type[BaseModel]) -> dict[str, str]:
    """The values of the deployment fields that the environment has."""
    variables = {name: deployment_variable(platform_id, name) for name in deployment_fields(cls)}
    return {name: os.environ[variable] for name, variable in variables.items() if variable in os.environ}


def described_fields(cls: type[BaseModel]) -> list[dict[str, Any]]:
    """The deployment fields as the JSON Schema names them, but for whether they are secret."""
    return [
        {
            "name": name,
            "title": field.title,
            "help": field.description,
            "example": str((field.examples or [""])[0]),
            "required": field.is_required(),
        }
        for name, field in ((name, cls.model_fields[name]) for name in deployment_fields(cls))
    ]


def for_the_operator(
    problem: Problem, cls: type[BaseModel], deployment: Collection[str], variables: Mapping[str, str]
) -> Problem:
    """The problem as it is: where the deployment's own value is missing or wrong, no form can mend it."""
    name = problem.field or ""
    if name not in deployment_fields(cls) or not (problem.code == "required" or name in deployment):
        return problem
    title = cls.model_fields[name].title
    where = f"the environment variable {variables[name]}" if name in variables else f"“{title}”"
    if problem.code != "required":
        return replace(problem, remedy=f"The operator of this deployment has to correct {where}.")
    message = f"The operator of this deployment has to set the {title} first."
    remedy = f"Have {where} set where this program runs, and the program started again."
    return replace(problem, code=CATALOGUE[_MISSING].code, message=message, remedy=remedy)
