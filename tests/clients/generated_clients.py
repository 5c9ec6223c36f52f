"""Generates clients with common generators from the schema of a running server, and runs them; lints the schema.

Run by `make client-test`. Not part of `make test`, because it needs Node and Java, and packages that it installs into a
temporary directory.
"""

import json
import os
import shutil
import subprocess
import venv
from pathlib import Path

import httpx
import pytest

from helpdesk.api.actions import create_token
from helpdesk.teams.roles import Role
from tests.factories import MembershipFactory

HERE = Path(__file__).parent
GENERATED = "helpdesk_client"


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """The output of a command; fails with that output if the command fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    return done.stdout


class Python:
    """A virtual environment."""

    def __init__(self, root: Path) -> None:
        self.root = root
        venv.create(root, with_pip=True)

    def install(self, *what: str | Path) -> None:
        """Install with pip."""
        run(self.root / "bin/pip", "install", "--quiet", "--disable-pip-version-check", *what, cwd=self.root)

    def run(self, name: str, *arguments: str | Path, **environment: str) -> str:
        """Run one of its commands; returns the output."""
        return run(self.root / "bin" / name, *arguments, cwd=self.root, **environment)


@pytest.fixture(scope="session")
def python(tmp_path_factory):
    """An environment with the generators that are distributed as Python packages."""
    python = Python(tmp_path_factory.mktemp("python"))
    python.install("-r", HERE / "requirements.txt")
    return python


@pytest.fixture(scope="session")
def node(tmp_path_factory):
    """A directory with the linters and the generators for TypeScript."""
    directory = tmp_path_factory.mktemp("node")
    shutil.copy(HERE / "package.json", directory)
    run("npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error", cwd=directory)
    return directory


@pytest.fixture
def access(server):
    """The API's address and a token of somebody who may keep views, as variables of the environment."""
    member = MembershipFactory(role=Role.MANAGER)
    return {"HELPDESK_URL": server, "HELPDESK_TOKEN": create_token(member.team, "Client", by=member.user)[1]}


@pytest.fixture
def schema(access, tmp_path):
    """The schema as the running server generates it."""
    file = tmp_path / "schema.json"
    described = httpx.get(f"{access['HELPDESK_URL']}/api/v1/schema", timeout=60)  # generated on the first request
    file.write_text(described.raise_for_status().text)
    return file


def npx(node: Path, name: str, *arguments: str | Path, **environment: str) -> str:
    """Run one of the installed commands; returns the output."""
    return run(node / "node_modules/.bin" / name, *arguments, cwd=node, **environment)


def test_spectral_finds_no_error(node, schema):
    rules = node / "spectral.yaml"
    rules.write_text('extends: ["spectral:oas"]\n')
    assert "(0 errors" in npx(node, "spectral", "lint", "--ruleset", rules, schema)


def test_redocly_finds_no_error(node, schema):
    assert "Your API description is valid" in npx(node, "redocly", "lint", schema)


def test_openapi_python_client(python, schema, access, tmp_path):
    said = python.run("openapi-python-client", "generate", "--path", schema, "--output-path", tmp_path / "made")
    assert "WARNING parsing" not in said
    python.install(tmp_path / "made")
    python.run("python", HERE / "openapi_python_client.py", **access)


def test_openapi_generator_for_python(python, schema, access, tmp_path):
    made = tmp_path / "made"
    generate = ["generate", "-i", schema, "-o", made, "-g", "python", "--package-name", GENERATED]
    python.run("openapi-generator-cli", *generate)
    client = Python(tmp_path / "client")
    client.install(made)
    client.run("python", HERE / "openapi_generator.py", **access)


ANNOTATIONS = {
    "Generated": "String[] value(); String date(); String comments();",
    "Nonnull": "",
    "Nullable": "",
}  # used by the generated client, but no library at hand has them; they do nothing
MULTIPART = """package org.apache.http.entity.mime; public class MultipartEntityBuilder {
    public static MultipartEntityBuilder create() { return new MultipartEntityBuilder(); }
    public MultipartEntityBuilder addBinaryBody(String name, java.io.File file) { return this; }
    public MultipartEntityBuilder addTextBody(String name, String text) { return this; }
    public org.apache.http.HttpEntity build() { throw new UnsupportedOperationException(); }
}"""  # of httpmime, which is missing too; our program uploads nothing


# Parameters by name, not by position, so that programs still compile when a filter is added.
JAVA = "openApiNullable=false,useJakartaEe=true,useSingleRequestParameter=true"


@pytest.mark.skipif(not shutil.which("javac"), reason="needs a JDK")
def test_openapi_generator_for_java(python, schema, access, tmp_path):
    made, classes = tmp_path / "made", tmp_path / "classes"
    generate = ["generate", "-i", schema, "-o", made, "-g", "java", "--library", "native"]
    python.run("openapi-generator-cli", *generate, "--additional-properties", JAVA)
    for name, body in ANNOTATIONS.items():
        text = f"package jakarta.annotation; public @interface {name} {{ {body} }}"
        (made / f"src/main/java/{name}.java").write_text(text)
    (made / "src/main/java/MultipartEntityBuilder.java").write_text(MULTIPART)
    (jar,) = python.root.rglob("openapi-generator*.jar")  # contains the libraries that the client needs
    sources = [*(made / "src/main/java").rglob("*.java"), HERE / "OpenapiGenerator.java"]
    run("javac", "-nowarn", "-proc:none", "-d", classes, "-cp", jar, *sources, cwd=tmp_path)
    run("java", "-ea", "-cp", f"{classes}{os.pathsep}{jar}", "OpenapiGenerator", cwd=tmp_path, **access)


def compile_and_run(node: Path, program: str, access: dict[str, str]) -> None:
    """Compile with type checks against the generated types, and run."""
    shutil.copy(HERE / program, node)
    strict = ["--strict", "--target", "es2022", "--module", "nodenext", "--skipLibCheck"]
    npx(node, "tsc", *strict, program)
    run("node", Path(program).with_suffix(".js"), cwd=node, **access)


def test_openapi_typescript(node, schema, access):
    npx(node, "openapi-typescript", schema, "-o", "schema.ts")
    compile_and_run(node, "openapi_typescript.ts", access)


def test_orval(node, schema, access):
    output = {"target": "client.ts", "client": "fetch", "baseUrl": access["HELPDESK_URL"]}
    settings = {"helpdesk": {"input": str(schema), "output": output}}
    (node / "orval.config.cjs").write_text(f"module.exports = {json.dumps(settings)};")
    npx(node, "orval", "--config", "orval.config.cjs")
    compile_and_run(node, "orval.ts", access)
