"""What a server is set up from fits together: .env.example, docker-compose.yml, Dockerfile and settings."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
OURS = ("web", "worker", "beat")
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE_TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]


def variables_of_settings() -> set[str]:
    """The first argument of every `env.<type>("NAME", ...)`."""
    calls = [
        node
        for node in ast.walk(ast.parse((ROOT / "config" / "settings.py").read_text()))
        if isinstance(node, ast.Call) and re.fullmatch(r"env\.\w+", ast.unparse(node.func))
    ]
    assert calls
    return {ast.literal_eval(call.args[0]) for call in calls}


def variables_of_compose() -> set[str]:
    return set(re.findall(r"(?<!\$)\$\{(\w+)", COMPOSE_TEXT))


def variables_of_example() -> list[str]:
    return re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} (.+)$", DOCKERFILE, re.MULTILINE)


def test_env_example_lists_every_variable_that_is_read_and_no_other() -> None:
    assert sorted(variables_of_example()) == sorted(variables_of_settings() | variables_of_compose())


@pytest.mark.parametrize("name", OURS)
def test_our_containers_run_in_production_with_every_setting_but_debug(name: str) -> None:
    environment = SERVICES[name]["environment"]
    assert environment["MODE"] == "production"
    assert set(environment) == variables_of_settings() - {"DEBUG"}


@pytest.mark.parametrize("name", ["SECRET_KEY", "LINK_SECRET", "DATABASE_URL", "POSTGRES_PASSWORD"])
def test_compose_refuses_to_start_without_its_secrets(name: str) -> None:
    uses = re.findall(rf"\$\{{{name}\b[^}}]*\}}", COMPOSE_TEXT)
    assert uses
    assert all(f"{name}:?" in use for use in uses)


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_says_whether_it_is_healthy(name: str) -> None:
    from_image = name == "web" and bool(instructions("HEALTHCHECK"))
    ends_by_itself = SERVICES[name].get("restart") == "no"
    assert from_image or ends_by_itself or "test" in SERVICES[name]["healthcheck"]


def test_the_parts_of_the_service_are_all_there() -> None:
    assert {*OURS, "postgres", "redis"} <= {name for name in SERVICES if "profiles" not in SERVICES[name]}
    assert SERVICES["worker"]["command"][:4] == ["celery", "-A", "config", "worker"]
    assert SERVICES["beat"]["command"][:4] == ["celery", "-A", "config", "beat"]
    assert '["gunicorn", "config.wsgi"' in instructions("CMD")[0]


def test_the_beat_is_healthy_while_it_writes_the_schedule_of_the_settings() -> None:
    (_, check) = SERVICES["beat"]["healthcheck"]["test"]
    assert f'"{Path(settings.CELERY_BEAT_SCHEDULE_FILENAME).name}*"' in check


def test_answers_and_files_outlive_their_containers() -> None:
    mounts = {mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])}
    assert mounts == set(COMPOSE["volumes"])
    assert all(
        f"files:{SERVICES[name]['environment']['VAR_DIR']}" in SERVICES[name]["volumes"] for name in OURS
    )


def test_nothing_is_reachable_from_outside_but_through_the_proxy() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_the_image_runs_as_a_user_without_rights() -> None:
    assert instructions("USER")[-1:] == ["ruecklauf"]
    assert DOCKERFILE.index("\nUSER ") > DOCKERFILE.rindex("\nRUN ")


def test_the_image_installs_only_what_is_pinned() -> None:
    assert "pip install --no-cache-dir --require-hashes --requirement requirements.txt" in DOCKERFILE
    assert "npm ci" in DOCKERFILE
    assert all(":" in image for image in instructions("FROM"))


def test_local_data_and_secrets_stay_out_of_the_image() -> None:
    left_out = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".env", ".git", "var"} <= set(left_out)
