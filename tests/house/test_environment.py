"""The three lists of packages agree: pyproject.toml, requirements.lock and environment.yml."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import version

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from rattler import MatchSpec

from tests.house.tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
LINES = [*PROJECT["dependencies"], *EXTRAS["dev"], *EXTRAS["dask"], *EXTRAS["slurm"]]
DIRECT = [Requirement(line) for line in LINES]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
PINS = re.findall(r"^([A-Za-z0-9_.-]+)==(\S+?)(?: ; (.*?))? \\$", LOCK, flags=re.MULTILINE)


def _conda() -> tuple[list[str], list[str]]:
    entries = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    conda = [entry for entry in entries if isinstance(entry, str)]
    pip = next(entry["pip"] for entry in entries if isinstance(entry, dict))
    return conda, pip


def test_environment_names_the_same_packages_with_the_same_versions():
    conda, pip = _conda()
    ours = {f"{canonicalize_name(r.name)}{_sorted(str(r.specifier))}" for r in DIRECT}
    theirs = {_canonical(line) for line in [*conda, *pip] if line not in ("pip", "-e .")}
    theirs.discard("python" + _sorted(PROJECT["requires-python"]))
    assert theirs == ours


def _sorted(specifier: str) -> str:
    return ",".join(sorted(specifier.replace(" ", "").split(",")))


def _canonical(line: str) -> str:
    requirement = Requirement(line)
    return f"{canonicalize_name(requirement.name)}{_sorted(str(requirement.specifier))}"


@pytest.mark.parametrize("line", _conda()[0])
def test_each_match_specification_is_valid(line: str):
    spec = MatchSpec(line, strict=True)
    assert str(spec).split()[0] == re.split(r"[<>=]", line)[0]


def test_rattler_would_catch_a_wrong_specification():
    with pytest.raises(Exception, match="version"):
        MatchSpec("papermill=>2.7", strict=True)


def test_channel_is_conda_forge_alone():
    text = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    assert text["channels"] == ["conda-forge"]


@pytest.mark.parametrize("requirement", DIRECT, ids=lambda r: r.name)
def test_lock_satisfies_pyproject(requirement: Requirement):
    pinned = {canonicalize_name(name): pin for name, pin, _ in PINS}
    name = canonicalize_name(requirement.name)
    assert requirement.specifier.contains(pinned[name])


def test_lock_has_a_hash_for_every_package_and_no_address():
    blocks = re.split(r"\n(?=[A-Za-z0-9])", LOCK.strip())
    assert len(blocks) == len(PINS) > 100
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in LOCK
    assert "index-url" not in LOCK


def test_what_is_installed_is_what_is_locked():
    here = [(n, pin) for n, pin, marker in PINS if not marker or Marker(marker).evaluate()]
    wrong = {name: (pin, version(name)) for name, pin in here if version(name) != pin}
    assert not wrong
