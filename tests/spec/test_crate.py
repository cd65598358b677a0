"""A run and a batch as Workflow Run RO-Crates: the validator accepts them, offline."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest
import requests
import rocrate
import urllib3
from rocrate_validator import services
from rocrate_validator.utils.http import HttpRequester

from analysis.report.batch_crate import BatchRecord, RunRecord, write_batch_crate
from analysis.report.crate_parts import FILE, named_by_hash
from analysis.report.times import without_times
from analysis.run.batch import journal
from tests.spec import batch_books
from tests.spec.quick_run import calculating_project, quick_run
from tests.spec.run_books import GOOD, make_project, write_chapter

pytestmark = pytest.mark.xdist_group("crate")
CONTEXT = "https://w3id.org/ro/crate/1.1/context"
# The library brings the context of RO-Crate 1.3; in that of 1.1 these words had other addresses.
OF_1_1 = {
    "ComputationalWorkflow": "https://bioschemas.org/ComputationalWorkflow",
    "FormalParameter": "https://bioschemas.org/FormalParameter",
    "input": "https://bioschemas.org/ComputationalWorkflow#input",
    "output": "https://bioschemas.org/ComputationalWorkflow#output",
}
# What a crate of ours leaves out on purpose: nobody is named, and nothing of ours has an address.
LEFT_OUT = ("agent", "author", "publisher", "url", "license", "absolute URI", "README.md")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = calculating_project(tmp_path_factory.mktemp("project"))
    quick_run(root)
    quick_run(root, "week-8", week=8)
    return root


@pytest.fixture(scope="module")
def issues(tmp_path_factory):
    """Tells what the validator finds in a folder; its only source is the context given here."""
    cache = tmp_path_factory.mktemp("cache") / "http"

    def found(folder, severity="REQUIRED"):
        settings = services.ValidationSettings(
            rocrate_uri=str(folder),
            profile_identifier="workflow-run-crate",
            requirement_severity=severity,
            offline=True,
            cache_path=cache,
        )
        HttpRequester().session.cache.save_response(_context())
        return [
            f"{issue.message} {issue.violatingEntity}"
            for issue in services.validate(settings).get_issues()
        ]

    yield found
    HttpRequester.reset()


def _context():
    content = json.loads((Path(rocrate.__file__).parent / "data/ro-crate.jsonld").read_bytes())
    content["@context"] |= OF_1_1
    body = urllib3.HTTPResponse(
        body=io.BytesIO(json.dumps(content).encode()),
        headers={"Content-Type": "application/ld+json"},
        status=200,
        preload_content=False,
        request_method="GET",
        request_url=CONTEXT,
    )
    accept = {"Accept": "application/ld+json, application/json"}
    asked = requests.Request("GET", CONTEXT, headers=accept).prepare()
    return requests.adapters.HTTPAdapter().build_response(asked, body)


def entities(folder):
    graph = json.loads((folder / FILE).read_text())["@graph"]
    return {entity["@id"]: entity for entity in graph}


def batch(folder, *runs):
    """A batch folder of copies of finished runs, with its crate."""
    folder.mkdir()
    (folder / "batch.yaml").write_text("name: nightly\n")
    records = [
        RunRecord(
            study="tiny",
            run=run.name,
            folder=f"tiny/{run.name}",
            parameters={"week": 8} if run.name == "week-8" else {},
            started="2026-01-01T10:00:00+00:00",
            ended="2026-01-01T10:01:00+00:00",
        )
        for run in runs
    ]
    for run in runs:
        shutil.copytree(run, folder / "tiny" / run.name)
    lost = RunRecord(study="tiny", run="lost", folder="tiny/lost", error="The kernel died.")
    write_batch_crate(
        folder,
        BatchRecord(
            name="nightly",
            definition="batch.yaml",
            started="2026-01-01T10:00:00+00:00",
            ended="2026-01-01T10:02:00+00:00",
            runs=[*records, lost],
        ),
    )
    return folder


def test_the_validator_accepts_a_run(project, issues):
    assert issues(project / "reports" / "tiny" / "week-8") == []


def test_what_it_recommends_is_there_but_for_what_is_left_out_on_purpose(project, issues):
    found = issues(project / "reports" / "tiny" / "week-8", "RECOMMENDED")
    unwanted = [words for words in found if not any(word in words for word in LEFT_OUT)]
    assert "\n".join(unwanted) == ""


def test_the_validator_finds_a_fault_that_is_put_there(project, issues, tmp_path):
    folder = shutil.copytree(project / "reports" / "tiny" / "main", tmp_path / "broken")
    crate = folder / FILE
    crate.write_text(crate.read_text().replace('"ComputationalWorkflow"', '"Thing"'))
    assert any("Main Workflow" in words for words in issues(folder))


def test_the_validator_accepts_a_batch_and_names_what_failed(project, issues, tmp_path):
    reports = project / "reports" / "tiny"
    folder = batch(tmp_path / "batch", reports / "main", reports / "week-8")
    assert issues(folder) == []
    told = entities(folder)
    assert told["#run-tiny-lost"]["error"] == "The kernel died."
    assert told["#run-tiny-lost"]["actionStatus"].endswith("FailedActionStatus")
    assert told["#batch-nightly"]["error"] == "1 of 3 runs failed: tiny/lost"
    assert told["#run-tiny-week-8"]["result"] == {"@id": "tiny/week-8/"}
    assert told["#tiny-week-8-week"]["value"] == 8


def test_every_file_is_described_with_its_hash_and_no_raw_file_is_among_them(project):
    folder = project / "reports" / "tiny" / "main"
    told = entities(folder)
    # Hidden files are the runner's own notes of what is whole: they hold the times of files.
    files = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
    assert files - {FILE} == {name for name, said in told.items() if "encodingFormat" in said}
    notes = json.loads((folder / "provenance.json").read_text())
    for name, sha in notes["data"].items():
        raw = told[named_by_hash(sha)]
        assert raw["name"] == f"data/raw/tiny/{name}"
        assert raw["sha256"] == sha
        assert raw["@type"] == "CreativeWork"


def test_each_chapter_is_an_action_with_its_notebook_and_its_parameters(project):
    told = entities(project / "reports" / "tiny" / "week-8")
    action = told["#chapter-02_effect"]
    assert action["instrument"] == {"@id": "#notebooks/02_effect.ipynb"}
    assert {"@id": "#02_effect-week"} in action["object"]
    assert told["#02_effect-week"]["value"] == 8
    assert (action["startTime"], action["endTime"]) == (
        "2026-01-01T10:00:00+00:00", "2026-01-01T10:00:01+00:00",
    )  # fmt: skip


def test_a_hash_is_an_address():
    """RFC 6920, section 8.1: the address of the text `Hello World!` by its SHA-256."""
    sha = "7f83b1657ff1fc53b92dc18148a1d65dfc2d4b1fa3d677284addd200126d9069"
    assert named_by_hash(sha) == "ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk"


def test_a_batch_that_was_run_describes_itself(tmp_path, monkeypatch, issues):
    batch_books.quiet(monkeypatch)
    root = make_project(tmp_path)
    batch_books.write_batch(root)
    write_chapter(root, "02_effect", "raise ValueError('42 mm')")
    reports = root / "reports"
    assert batch_books.run_night(root) == 15
    assert issues(reports) == []
    told = entities(reports)
    assert "ValueError" in told["#run-tiny-main"]["error"]
    assert str(tmp_path) not in json.dumps(told)
    assert "42 mm" not in json.dumps(told)
    write_chapter(root, "02_effect", GOOD.format(name="02_effect"))
    assert batch_books.run_night(root) == 0
    assert issues(reports) == []
    told = entities(reports)
    assert told["#batch-night"]["instrument"] == {"@id": ".batches/night.yaml"}
    assert told["#run-tiny-main"]["result"] == {"@id": "tiny/main/"}
    assert told["#tiny-main-week_8-week"]["value"] == 8
    assert told["#run-tiny-main-week_8"]["startTime"]


def test_a_batch_with_nothing_to_do_writes_no_crate_unless_it_was_killed(tmp_path, monkeypatch):
    batch_books.quiet(monkeypatch)
    root = make_project(tmp_path)
    batch_books.write_batch(root)
    assert batch_books.run_night(root) == 0
    crate = root / "reports" / FILE
    whole = without_times(FILE, crate.read_bytes())
    crate.unlink()
    assert batch_books.run_night(root) == 0
    assert not crate.exists()
    # Killed between the last report and the end.
    path = journal.journal_path(root, "night")
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    assert batch_books.run_night(root) == 0
    assert without_times(FILE, crate.read_bytes()) == whole
