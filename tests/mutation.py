"""Mutation testing: breaks functions in small ways, one at a time, and prints those that the tests do not notice.

    TRIAL=1 python -m tests.mutation [--most N] helpdesk/teams/access.py … -- tests/teams …

Everything is imported once; each mutant is then tried in a fork, in which existing functions get the changed code. So
decorated functions and closures are covered too, which mutmut leaves out, and there is no process to start for each
mutant, as with cosmic-ray. Only the tests that run the changed lines are used, fastest first; a first run of all tests
under coverage determines them. With `--most`, a fixed seed selects the mutants.
"""

from __future__ import annotations

import argparse
import ast
import gc
import json
import os
import random
import signal
import sys
import tempfile
import time
import types
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from coverage import Coverage

SEED = 12
NOT_APPLIED = 99  # an exit code that pytest does not use
NOT_ENTERED = {"decorator_list", "annotation", "returns", "args", "pattern"}  # run at import, or not at all
SWAPPED: dict[type[ast.AST], type[Any]] = {
    one: other
    for pair in [
        (ast.Eq, ast.NotEq),
        (ast.Is, ast.IsNot),
        (ast.In, ast.NotIn),
        (ast.And, ast.Or),
        (ast.Add, ast.Sub),
        (ast.BitAnd, ast.BitOr),
    ]
    for one, other in (pair, pair[::-1])
} | {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}


class Mutant(NamedTuple):
    """One small change of a module: its place, a description, and the code objects that it results in."""

    place: str
    what: str
    codes: dict[tuple[str, int], types.CodeType]
    functions: list[tuple[str, int]]  # name and first line of the changed function and of those around it
    lines: range


def mutants_of(path: Path) -> Iterator[Mutant]:
    """All mutants of this module's functions, in the order of lines."""
    tree = ast.parse(path.read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    found = {id(part[-1]): (function, *part) for function in functions for part in _children(function)}
    for function in functions:
        _keep_names(function)
    for (
        function,
        parent,
        field,
        place,
        child,
    ) in found.values():  # each node's innermost function has replaced the outer ones
        for changed in _changes(child):
            before = ast.unparse(child).partition("\n")[0]
            around = [one for one in functions if function in ast.walk(one)]
            lines = range(_statement_of(function, child).lineno, child.end_lineno + 1)
            _put(parent, field, place, ast.copy_location(changed, child))
            codes = dict(_codes(compile(ast.fix_missing_locations(tree), str(path.resolve()), "exec")))
            places = [(one.name, _first_line(one)) for one in reversed(around)]
            yield Mutant(f"{path}:{child.lineno}", f"{before}  ->  {ast.unparse(changed)}", codes, places, lines)
            _put(parent, field, place, child)


def _keep_names(function: ast.FunctionDef) -> None:
    """Add unreachable references to all names that it uses, so that its closure stays the same whatever is left out."""
    inner = [node for node in ast.walk(function) if isinstance(node, ast.FunctionDef) and node is not function]
    not_its = {id(node) for one in inner for statement in one.body for node in ast.walk(statement)}
    bound = {
        node.id for node in ast.walk(function) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    }
    bound |= {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and id(node) not in not_its}
    kept: list[ast.expr] = [ast.Name(name, ast.Load()) for name in sorted(names - bound)]
    never = ast.If(ast.Constant(False), [ast.Expr(ast.Tuple(kept, ast.Load()))], [])
    function.body.append(ast.fix_missing_locations(ast.copy_location(never, function.body[-1])))


def _first_line(function: ast.FunctionDef) -> int:
    return min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])


def _statement_of(function: ast.FunctionDef, child: ast.AST) -> ast.stmt:
    """The smallest statement that contains it."""
    around = [node for node in ast.walk(function) if isinstance(node, ast.stmt) and child in ast.walk(node)]
    return min(around, key=lambda node: (node.end_lineno or 0) - node.lineno)


def _children(node: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, Any]]:
    """Every part of a function with its position, except docstrings and translatable texts."""
    for field, value in ast.iter_fields(node):
        if field in NOT_ENTERED and not isinstance(node, ast.Call):
            continue
        for place, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            is_text = isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id == "_"
            is_docstring = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
            if isinstance(child, ast.stmt | ast.expr) and not is_text and not is_docstring:
                yield node, field, place, child
            if isinstance(child, ast.AST) and not is_text and not is_docstring:
                yield from _children(child)


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left, [operator], comparators) if type(operator) in SWAPPED:
            yield ast.Compare(left, [SWAPPED[type(operator)]()], comparators)
        case ast.BoolOp(operator, values):
            yield ast.BoolOp(SWAPPED[type(operator)](), values)
        case ast.BinOp(left, operator, right) if type(operator) in SWAPPED:
            yield ast.BinOp(left, SWAPPED[type(operator)](), right)
        case ast.UnaryOp(ast.Not(), operand):
            yield operand
        case ast.If(test, body, orelse) if not isinstance(test, ast.Compare | ast.BoolOp | ast.UnaryOp):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.Constant(value) if isinstance(value, bool):
            yield ast.Constant(not value)
        case ast.Constant(value) if isinstance(value, int):
            yield ast.Constant(value + 1)
        case ast.Constant(value) if isinstance(value, str):
            yield ast.Constant(value + "x")
        case ast.Return(value) if value is not None and not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(ast.Call()) | ast.Raise() | ast.Assign([ast.Attribute()]) | ast.AugAssign():
            yield ast.Pass()


def _put(parent: ast.AST, field: str, place: int | None, child: ast.AST) -> None:
    if place is None:
        setattr(parent, field, child)
    else:
        getattr(parent, field)[place] = child


def _codes(code: types.CodeType) -> Iterator[tuple[tuple[str, int], types.CodeType]]:
    yield (code.co_qualname, code.co_firstlineno), code
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from _codes(inner)


def _apply(mutant: Mutant, path: Path) -> bool:
    """Change the code of every existing function of this module; returns whether the changed one is among them."""
    given: dict[tuple[str, int], bool] = {}
    module = str(path.resolve())  # computed once: there are a hundred thousand functions
    gc.unfreeze()  # undoes the freeze after collection, which hides objects
    for function in gc.get_objects():
        if type(function) is types.FunctionType and function.__code__.co_filename == module:
            code = function.__code__
            changed = mutant.codes.get((code.co_qualname, code.co_firstlineno))
            fits = bool(changed and changed.co_freevars == code.co_freevars)
            key = (code.co_name, code.co_firstlineno)
            given[key] = fits and given.get(key, True)
            if changed and fits:
                function.__code__ = changed
    return next((given[key] for key in mutant.functions if key in given), False)  # the inner function may not exist yet


class _Asked:
    """A plugin that records which test runs which lines, and how long it takes."""

    def __init__(self, modules: list[Path]) -> None:
        self.modules = [str(path.resolve()) for path in modules]
        self.coverage = Coverage(data_file=None, config_file=False, include=self.modules)
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        """Start coverage with the fixtures, and again if an earlier test that reached the recursion limit has stopped
        tracing.
        """
        if sys.gettrace() is None:
            self.coverage.stop()
            self.coverage.start()
        self.coverage.switch_context(item.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add up the durations, including set-up and teardown."""
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0) + report.duration

    def lines(self) -> dict[str, dict[int, list[str]]]:
        """The tests that run each line of each module, fastest first."""
        data = self.coverage.get_data()
        return {
            module: {line: sorted(filter(None, tests), key=self.seconds.__getitem__) for line, tests in found.items()}
            for module in self.modules
            for found in [data.contexts_by_lineno(module)]
        }


def _tests_of_lines(tests: list[str], modules: list[Path]) -> dict[str, dict[str, list[str]]]:
    """The tests that run each line of each module; fails if any test fails."""
    with tempfile.NamedTemporaryFile("r") as found:

        def note() -> int:
            asked = _Asked(modules)
            asked.coverage.start()
            code = _run(tests, asked)
            asked.coverage.stop()
            Path(found.name).write_text(json.dumps(asked.lines()))
            return code

        assert _in_fork(note, 3600) == 0, "the tests fail as they are"
        lines: dict[str, dict[str, list[str]]] = json.load(found)
        return lines


def _run(tests: list[str], *plugins: object) -> int:
    return int(pytest.main(["-x", "-q", "--tb=no", "-p", "no:cacheprovider", "--reuse-db", *tests], list(plugins)))


def _outcome(tests: list[str], limit: float, mutant: Mutant, path: Path) -> str:
    """The tests' verdict on a mutant."""
    if not tests:
        return "not run"
    code = _in_fork(lambda: _run(tests) if _apply(mutant, path) else NOT_APPLIED, limit)
    return {None: "too slow", NOT_APPLIED: "not changed", 0: "survived"}.get(code, "failed")


def _in_fork(work: Callable[[], int], limit: float) -> int | None:
    """The exit code of `work` in a fork; None if it takes longer than `limit` seconds."""
    child = os.fork()
    if child == 0:
        os.setsid()
        silence = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(silence, stream)
        os._exit(work())
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def main() -> None:
    """Try the mutants, and print those that survive, are not run, or take too long; exits with 1 if there are any."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int, default=0, help="how many are tried, picked at random; all without it")
    parser.add_argument("modules", nargs="+", type=Path)
    before, tests = sys.argv[1 : sys.argv.index("--")], sys.argv[sys.argv.index("--") + 1 :]
    arguments = parser.parse_args(before)
    assert pytest.main(["--collect-only", "-qq", "-p", "no:cacheprovider", *tests]) == 0
    for path in arguments.modules:
        import_module(".".join(path.with_suffix("").parts))
    began = time.monotonic()
    tests_of = _tests_of_lines(tests, arguments.modules)
    limit = 60 + 5 * (time.monotonic() - began)  # allows for other load on the machine
    found = [(path, mutant) for path in arguments.modules for mutant in mutants_of(path)]
    tried = found
    if 0 < arguments.most < len(found):
        tried = sorted(random.Random(SEED).sample(found, arguments.most), key=found.index)
    counted = Counter[str]()
    for path, mutant in tried:
        lines = tests_of[str(path.resolve())]
        asked = dict.fromkeys(test for line in mutant.lines for test in lines.get(str(line), []))
        outcome = _outcome(list(asked), limit, mutant, path)
        counted[outcome] += 1
        if outcome != "failed":
            sys.stdout.write(f"{outcome}: {mutant.place}  {mutant.what}\n")
            sys.stdout.flush()
    told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counted.items()))
    sys.stdout.write(f"{len(tried)} of {len(found)} tried: {told}\n")
    sys.exit(len(tried) != counted["failed"])


if __name__ == "__main__":
    main()
