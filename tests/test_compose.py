"""docker-compose.yml keeps the rules of the Compose Specification, as far as it uses them.

The facts are those of the specification's JSON schema (compose-spec.json); whatever the file uses beside
them has to be looked up there and added here.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.once

COMPOSE: dict[str, Any] = yaml.safe_load((Path(__file__).parent.parent / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]

DURATION = re.compile(r"(\d+(\.\d+)?(us|ms|s|m|h))+")
TOP_LEVEL = {"configs", "include", "models", "name", "networks", "secrets", "services", "version", "volumes"}
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}
PORT = re.compile(r"(\d{1,3}(\.\d{1,3}){3}:)?(\d+:)?\d+(/(tcp|udp))?")


def strings(value: object) -> bool:
    """A list of strings, each once."""
    return words(value) and isinstance(value, list) and len(set(value)) == len(value)


def words(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(v, str) for v in value))


def duration(value: object) -> bool:
    return isinstance(value, str) and DURATION.fullmatch(value) is not None


def mapping(value: object) -> bool:
    """Names with a string, number, boolean or nothing."""
    return isinstance(value, dict) and all(isinstance(v, str | int | float | None) for v in value.values())


def conditions(value: object) -> bool:
    if not isinstance(value, dict):
        return strings(value)
    return all(set(each) <= {"condition", "restart", "required"} for each in value.values()) and all(
        each["condition"] in CONDITIONS for each in value.values()
    )


def health(value: object) -> bool:
    kinds: dict[str, Callable[[Any], bool]] = {
        "disable": lambda v: isinstance(v, bool),
        "interval": duration,
        "retries": lambda v: isinstance(v, int),
        "start_interval": duration,
        "start_period": duration,
        "test": lambda v: isinstance(v, str) or (words(v) and v[0] in ("NONE", "CMD", "CMD-SHELL")),
        "timeout": duration,
    }
    return isinstance(value, dict) and all(name in kinds and kinds[name](v) for name, v in value.items())


# What a service may say, of what ours say.
KEYS: dict[str, Callable[[Any], bool]] = {
    "build": lambda v: isinstance(v, str | dict),
    "command": words,
    "depends_on": conditions,
    "environment": mapping,
    "healthcheck": health,
    "image": lambda v: isinstance(v, str),
    "logging": lambda v: isinstance(v, dict) and set(v) <= {"driver", "options"} and mapping(v["options"]),
    "ports": lambda v: strings(v) and all(PORT.fullmatch(port) for port in v),
    "profiles": strings,
    "restart": lambda v: re.fullmatch(r"no|always|unless-stopped|on-failure(:\d+)?", v) is not None,
    "security_opt": strings,
    "stop_grace_period": duration,
    "volumes": strings,
}


def faults(services: dict[str, dict[str, Any]]) -> Iterator[str]:
    for name, service in services.items():
        for key, value in service.items():
            if key not in KEYS or not KEYS[key](value):
                yield f"{name}.{key}: {value!r}"
        if not {"image", "build"} & set(service):
            yield f"{name}: neither image nor build"
        yield from faults_of_order(name, service, services)


def faults_of_order(name: str, service: dict[str, Any], services: dict[str, dict[str, Any]]) -> Iterator[str]:
    for other, how in service.get("depends_on", {}).items():
        if other not in services:
            yield f"{name} depends on {other}, which is not there"
        elif how["condition"] == "service_healthy" and not health_of(services[other]):
            yield f"{name} waits for the health of {other}, which has no check"


def health_of(service: dict[str, Any]) -> Any:
    return service.get("healthcheck", {}).get("test")


def test_compose_says_only_what_the_specification_knows() -> None:
    assert {key for key in COMPOSE if not key.startswith("x-")} <= TOP_LEVEL
    assert list(faults(SERVICES)) == []
    assert all(volume is None for volume in COMPOSE["volumes"].values())


@pytest.mark.parametrize(
    "mistake",
    [
        {"helthcheck": {}},
        {"ports": ["eight thousand"]},
        {"restart": "sometimes"},
        {"healthcheck": {"test": ["RUN", "true"]}},
        {"healthcheck": {"interval": 30}},
        {"depends_on": {"postgres": {"condition": "healthy"}}},
        {"depends_on": {"postgress": {"condition": "service_started"}}},
        {"profiles": "demo"},
    ],
)
def test_a_mistake_in_compose_would_be_found(mistake: dict[str, Any]) -> None:
    assert list(faults(SERVICES | {"web": SERVICES["web"] | mistake}))


def test_what_an_anchor_holds_stays_an_extension() -> None:
    assert [key for key in COMPOSE if key.startswith("x-")] == ["x-app"]
