"""Breaks functions in small ways, one way at a time, and tells which of these the tests do not notice.

    TRIAL=1 python -m tests.mutation [--most N] helpdesk/teams/access.py … -- tests/teams …

Everything is imported once; each way is then tried in a fork, in which the functions that exist are given the changed
code. So decorated functions and closures are changed like any other, and no start is paid for: mutmut leaves the former
out, and cosmic-ray starts a process for each. Which are tried, where `--most` allows only some, is by a fixed seed.
"""

from __future__ import annotations

import argparse
import ast
import gc
import os
import random
import signal
import sys
import time
import types
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest

SEED = 12
TOLD = {"passed": "survived", "too slow": "too slow"}
NOT_APPLIED = 99  # an exit code that pytest does not have
NOT_ENTERED = {"decorator_list", "annotation", "returns", "args", "pattern"}  # what is run at import, or not at all
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
    """One small change of a module: what it is, and the code that it makes."""

    place: str
    what: str
    codes: dict[tuple[str, int], types.CodeType]


def mutants_of(path: Path) -> Iterator[Mutant]:
    """All of this module's functions, in the order of its lines."""
    tree = ast.parse(path.read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    seen: set[int] = set()
    for function in functions:
        for parent, field, place, child in _children(function):
            if id(child) in seen:
                continue
            seen.add(id(child))
            for changed in _changes(child):
                before = ast.unparse(child).partition("\n")[0]
                _put(parent, field, place, ast.copy_location(changed, child))
                codes = dict(_codes(compile(ast.fix_missing_locations(tree), str(path.resolve()), "exec")))
                yield Mutant(f"{path}:{child.lineno}", f"{before}  ->  {ast.unparse(changed)}", codes)
                _put(parent, field, place, child)


def _children(node: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, Any]]:
    """Every part of a function, with where it stands; without its texts for people."""
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
    """Give every function of this module that exists its changed code; whether there was one."""
    is_applied = False
    gc.unfreeze()  # the tests have put aside all that was there when they were collected
    for function in gc.get_objects():
        if type(function) is types.FunctionType and function.__code__.co_filename == str(path.resolve()):
            code = function.__code__
            changed = mutant.codes.get((code.co_qualname, code.co_firstlineno))
            if changed and changed.co_freevars == code.co_freevars:
                is_applied |= changed != code
                function.__code__ = changed
    return is_applied


def _outcome(tests: list[str], limit: float, mutant: Mutant | None = None, path: Path | None = None) -> str:
    """What the tests say in a fork: `passed`, `failed` or `too slow`."""
    child = os.fork()
    if child == 0:
        os.setsid()
        silence = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(silence, stream)
        if mutant and path and not _apply(mutant, path):
            os._exit(NOT_APPLIED)
        os._exit(pytest.main(["-x", "-q", "--tb=no", "-p", "no:cacheprovider", "--reuse-db", *tests]))
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            assert code != NOT_APPLIED, f"{mutant.place} was not changed, so nothing can be said of it"  # type: ignore[union-attr]
            return "passed" if code == 0 else "failed"
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "too slow"


def main() -> None:
    """Try them, and print what survives, or takes so long that nothing was learnt; ends with 1 where something does."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int, default=0, help="how many are tried, picked at random; all without it")
    parser.add_argument("modules", nargs="+", type=Path)
    before, tests = sys.argv[1 : sys.argv.index("--")], sys.argv[sys.argv.index("--") + 1 :]
    arguments = parser.parse_args(before)
    assert pytest.main(["--collect-only", "-qq", "-p", "no:cacheprovider", *tests]) == 0
    for path in arguments.modules:
        import_module(".".join(path.with_suffix("").parts))
    began = time.monotonic()
    assert _outcome(tests, 600) == "passed", "the tests fail as they are"
    limit = 60 + 8 * (time.monotonic() - began)  # on a machine that others use too
    found = [(path, mutant) for path in arguments.modules for mutant in mutants_of(path)]
    tried = found
    if 0 < arguments.most < len(found):
        tried = sorted(random.Random(SEED).sample(found, arguments.most), key=found.index)
    counted = Counter[str]()
    for path, mutant in tried:
        outcome = _outcome(tests, limit, mutant, path)
        counted[outcome] += 1
        if outcome != "failed":
            sys.stdout.write(f"{TOLD[outcome]}: {mutant.place}  {mutant.what}\n")
            sys.stdout.flush()
    survived, slow = counted["passed"], counted["too slow"]
    sys.stdout.write(f"{len(tried)} of {len(found)} tried, {survived} survived, {slow} too slow to tell\n")
    sys.exit(bool(survived or slow))


if __name__ == "__main__":
    main()
