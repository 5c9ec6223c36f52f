"""The examples for containers: what they run and set is there, and no container may do more than it needs."""

import re

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands
from django.urls import get_resolver

from webhooks.events import MAX_BODY

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
def test_a_pod_runs_our_command_with_the_least_privileges(name):
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
def test_a_service_has_the_least_privileges(name):
    service = SERVICES[name]
    assert service["command"][2] in get_commands()
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]  # noqa: S108 - a mount of its own
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_process_has_the_files_and_the_list_of_erased_learners(name):
    """`migrate` and `restore` too: by that list they erase learners again whom a backup restored."""
    place = SERVICES[name]["environment"]["VAR_DIR"]
    assert f"files:{place}" in SERVICES[name]["volumes"]
    mounts = {mount["name"]: mount["mountPath"] for mount in PODS[name]["containers"][0]["volumeMounts"]}
    (config,) = (item for item in LIST["items"] if item["kind"] == "ConfigMap")
    assert mounts["files"] == config["data"]["VAR_DIR"]


def test_every_setting_is_known_and_every_required_one_is_set():
    (secret,) = (item for item in LIST["items"] if item["kind"] == "Secret")
    (config,) = (item for item in LIST["items"] if item["kind"] == "ConfigMap")
    named = {*secret["stringData"], *config["data"]}
    assert named <= VARIABLES
    assert named >= NEEDED


def test_no_proxy_exposes_the_operational_endpoints():
    """Such an address leads to no pod, or is answered by the proxy itself."""
    (ingress,) = (item for item in LIST["items"] if item["kind"] == "Ingress")
    services = {item["metadata"]["name"]: item["spec"] for item in LIST["items"] if item["kind"] == "Service"}
    (rule,) = ingress["spec"]["rules"]
    closed = {
        each["path"]
        for each in rule["http"]["paths"]
        if each["pathType"] == "Exact" and "selector" not in services[each["backend"]["service"]["name"]]
    }
    assert closed == {"/metrics", "/healthz", "/readyz"}
    assert "@inside path /metrics /healthz /readyz\n" in (FOLDER / "deploy/Caddyfile").read_text()
    assert "location ~ ^/(metrics|healthz|readyz)$ { return 404; }" in (FOLDER / "deploy/nginx.conf").read_text()


def test_every_stop_timeout_covers_the_time_given_to_requests_and_jobs():
    assert PODS["web"]["terminationGracePeriodSeconds"] > 5 + 10
    assert PODS["worker"]["terminationGracePeriodSeconds"] > 12


def patterns_with(names, resolver=None, before=""):
    """Every address with a parameter of such a name, in which anything may stand."""
    for each in (resolver or get_resolver()).url_patterns:
        path = before + re.sub(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)", r"{\1\2}", str(each.pattern)).strip("^$")
        if hasattr(each, "url_patterns"):
            yield from patterns_with(names, each, path)
        elif names & set(re.findall(r"{(\w+)}", path)):
            yield path


def test_the_nginx_log_contains_no_secret_addresses():
    config = (FOLDER / "deploy/nginx.conf").read_text()
    cut = [re.compile(each.replace("(?<", "(?P<")) for each in re.findall(r'^    "~(\S+)" "\$\w+…";$', config, re.M)]
    secret = list(patterns_with({"token", "key", "uidb36"}))
    assert {path.partition("/")[0] for path in secret} >= {"ajuda", "files", "invitations", "unsubscribe", "accounts"}
    for path in secret:
        address = "/" + path.replace("{team_slug}", "escola")
        found = [match[1] for each in cut if (match := each.match(address))]
        assert found, address
        assert "{" not in found[0]
    assert not any(each.match("/t/escola/tickets/7/") for each in cut)
    assert "$request " not in config
    assert "$http_referer" not in config


@pytest.mark.django_db
@pytest.mark.parametrize("probe", ["startupProbe", "livenessProbe", "readinessProbe"])
def test_probe_addresses_exist(client, probe):
    assert client.get(PODS["web"]["containers"][0][probe]["httpGet"]["path"]).status_code == 200


def test_nothing_can_be_installed_in_the_runtime_image():
    build, run = (FOLDER / "Dockerfile").read_text().split("\nFROM ")[:2]
    assert "venv --without-pip /venv" in build
    assert re.search(r"^RUN pip uninstall --yes .*\bpip setuptools wheel$", run, re.M)
    assert "COPY --from=build /venv /venv" in run


@pytest.mark.parametrize("path", sorted((FOLDER / "deploy/systemd").glob("*.service")), ids=lambda path: path.stem)
def test_a_unit_runs_our_command_and_stays_on_its_version(path):
    if not (command := re.search(r"^ExecStart=(.*manage\.py.*)$", path.read_text(), re.M)):
        return
    found = re.fullmatch(r"/bin/sh -c 'exec \.venv/bin/python manage\.py ([a-z]+)( --without-worker)?'", command[1])
    assert found
    assert found[1] in get_commands()
    assert "WorkingDirectory=/opt/helpdesk/current\n" in path.read_text()


@pytest.mark.parametrize("path", sorted((FOLDER / "deploy/systemd").glob("*.service")), ids=lambda path: path.stem)
def test_a_unit_has_the_least_privileges(path):
    lines = set(path.read_text().splitlines())
    if "User=helpdesk" not in lines:
        return
    assert lines >= {
        "NoNewPrivileges=true",
        "CapabilityBoundingSet=",
        "ProtectSystem=strict",
        "ProtectHome=true",
        "PrivateTmp=true",
        "PrivateDevices=true",
        "RestrictNamespaces=true",
        "RestrictSUIDSGID=true",
        "SystemCallFilter=@system-service adjtimex clock_adjtime",
        "UMask=0077",
    }


def test_the_proxies_use_the_server_and_its_standby():
    ports = [
        re.findall(
            r"^Environment=HOST=127\.0\.0\.1 PORT=(\d+)", (FOLDER / f"deploy/systemd/{name}.service").read_text(), re.M
        )[0]
        for name in ("helpdesk", "helpdesk-standby")
    ]
    assert f"reverse_proxy 127.0.0.1:{ports[0]} 127.0.0.1:{ports[1]} {{" in (FOLDER / "deploy/Caddyfile").read_text()
    nginx = (FOLDER / "deploy/nginx.conf").read_text()
    assert re.findall(r"^    server 127\.0\.0\.1:(\d+)", nginx, re.M) == ports


def test_nginx_itself_refuses_bodies_far_too_large_for_an_event():
    """It answers 502 where the server has refused a body and closed before all of it was passed on."""
    nginx = (FOLDER / "deploy/nginx.conf").read_text()
    (limit,) = re.findall(r"location /webhooks/ {\n +client_max_body_size (\d)m;", nginx)
    assert 2 * MAX_BODY < int(limit) * 1024**2 <= 4 * MAX_BODY


def test_a_failed_request_does_not_make_the_proxies_drop_a_server():
    """Once nothing answered at the standby, nginx would refuse all but one request there; Caddy would lose bodies."""
    nginx = (FOLDER / "deploy/nginx.conf").read_text()
    upstreams = re.findall(r"^    server 127\.0\.0\.1:.*;", nginx, re.M)
    assert upstreams
    assert all("max_fails=0" in each for each in upstreams)
    caddy = (FOLDER / "deploy/Caddyfile").read_text()
    assert "fail_duration" not in caddy
    assert "health_uri /livez\n" in caddy
