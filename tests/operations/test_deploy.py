"""The examples for containers: what they run and set is there, and no container may do more than it needs."""

import re

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

FOLDER = settings.BASE_DIR
LIST = yaml.safe_load((FOLDER / "deploy/kubernetes.yaml").read_text())
COMPOSE = yaml.safe_load((FOLDER / "docker-compose.yml").read_text())
SERVICES = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "helpdesk"}
VARIABLES = set(re.findall(r"^#?([A-Z_]+)=", (FOLDER / ".env.example").read_text(), re.M))
NEEDED = {"SECRET_KEY", "ALLOWED_HOSTS", "BASE_URL", "DATABASE_URL"}


def pod_specs(node):
    """Every description of a pod, wherever it stands."""
    if isinstance(node, list):
        for each in node:
            yield from pod_specs(each)
    elif isinstance(node, dict):
        if "containers" in node:
            yield node
        for each in node.values():
            yield from pod_specs(each)


PODS = {pod["containers"][0]["name"]: pod for pod in pod_specs(LIST)}


def test_every_kind_of_process_has_a_pod_and_a_service():
    assert set(PODS) == set(SERVICES) == {"migrate", "web", "worker", "backup"}


@pytest.mark.parametrize("name", PODS)
def test_a_pod_runs_a_command_of_ours_and_may_do_no_more_than_it_needs(name):
    pod = PODS[name]
    (container,) = pod["containers"]
    assert container["command"][:2] == ["python", "manage.py"]
    assert container["command"] == SERVICES[name]["command"]
    assert container["command"][2] in get_commands()
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_do_no_more_than_it_needs(name):
    service = SERVICES[name]
    assert service["command"][2] in get_commands()
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]  # noqa: S108 - a mount of its own
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_what_is_set_is_read_and_what_is_needed_is_set():
    (secret,) = (item for item in LIST["items"] if item["kind"] == "Secret")
    (config,) = (item for item in LIST["items"] if item["kind"] == "ConfigMap")
    named = {*secret["stringData"], *config["data"]}
    assert named <= VARIABLES
    assert named >= NEEDED


def test_each_stop_leaves_the_time_that_requests_and_jobs_are_given():
    assert PODS["web"]["terminationGracePeriodSeconds"] > 5 + 10
    assert PODS["worker"]["terminationGracePeriodSeconds"] > 12


@pytest.mark.django_db
@pytest.mark.parametrize("probe", ["startupProbe", "livenessProbe", "readinessProbe"])
def test_what_a_probe_asks_is_answered(client, probe):
    assert client.get(PODS["web"]["containers"][0][probe]["httpGet"]["path"]).status_code == 200
