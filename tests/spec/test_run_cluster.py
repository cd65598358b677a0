"""A Dask cluster carries out the same stages: the same bytes, fit workers only, clear refusals."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest

from analysis.errors import BatchError, UsageError
from analysis.run import cluster, folder, slurm, worker
from analysis.run.batch import command, journal, show
from analysis.run.inputs import PACKAGE
from tests.spec.batch_books import lasting, quiet, run_night, write_batch
from tests.spec.run_books import make_project

distributed = pytest.importorskip("distributed")
dask = pytest.importorskip("dask")

LIVES_ON = """
import sys
from analysis.run.worker import seen_from_here
for _ in range(2):
    print(seen_from_here(sys.argv[1]).program, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = make_project(tmp_path_factory.mktemp("made"))
    write_batch(root)
    return root


@pytest.fixture
def scheduler(monkeypatch):
    """The address of a scheduler with one worker, in this process and without kernels."""
    quiet(monkeypatch)
    monkeypatch.setattr(worker, "_ready", lambda fork: None)
    here = {"n_workers": 1, "threads_per_worker": 1, "processes": False, "protocol": "tcp"}
    with distributed.LocalCluster(**here, dashboard_address=":0") as workers:
        yield workers.scheduler_address


def client(threads, seen, status="running"):
    """What of a Dask client is asked before a batch starts."""
    workers = {f"tcp://worker-{n}:1": each for n, each in enumerate(threads)}
    return SimpleNamespace(
        nthreads=lambda: workers,
        run=lambda function, root, on_error: {name: seen or function(root) for name in workers},
        status=status,
        get_executor=lambda **_: None,
        subscribe_topic=lambda topic, handler: None,
    )


def test_workers_of_a_cluster_make_the_same_bytes(made, tmp_path, scheduler):
    serial = shutil.copytree(made, tmp_path / "serial")
    assert run_night(serial) == 0
    root = shutil.copytree(made, tmp_path / "cluster")
    request = command.BatchRequest(file="night", scheduler=scheduler, kernel="plain")
    assert command.run_batch(request, root) == 0
    assert lasting(root) == lasting(serial)
    assert command.run_batch(command.BatchRequest(file="night"), root) == 0


@pytest.mark.parametrize(
    ("error", "code", "word"),
    [
        (KeyboardInterrupt(), 130, "stopped"),
        (BatchError("The scheduler cannot be reached any more."), 15, "lost"),
    ],
)
def test_a_batch_that_is_stopped_tells_what_it_has(
    made, tmp_path, scheduler, monkeypatch, capsys, error, code, word
):
    def stop(self, ahead, tally):
        raise error

    root = shutil.copytree(made, tmp_path / "cluster")
    monkeypatch.setattr(show.Lines, "waiting", stop)
    request = command.BatchRequest(file="night", scheduler=scheduler, kernel="plain")
    assert command.run_batch(request, root) == code
    said = capsys.readouterr()
    assert "0 run, 0 up to date" in said.out
    assert ("Stopped." in said.out) == (word == "stopped")
    assert ("cannot be reached" in said.err) == (word == "lost")
    events, _ = journal.read_events(journal.journal_path(root, "night"))
    assert (events[0]["event"], events[-1]["event"]) == ("began", word)
    assert (root / "reports" / "index.html").is_file()
    crate = (root / "reports" / "ro-crate-metadata.json").read_text()
    words = {"stopped": "The batch was stopped", "lost": "The batch could not go on"}
    for each, start in words.items():
        assert (f"{start} before this run had ended." in crate) == (each == word)
    # Nothing is held any more.
    with folder.held(folder.run_folder(root, "tiny", "main")):
        pass


def test_a_worker_that_comes_later_and_is_not_fit_ends_the_batch(
    made, tmp_path, scheduler, monkeypatch, capsys
):
    fit = cluster.Wanted

    def elsewhere(root, seen, batch):
        return fit(root, seen._replace(packages="else"), batch)

    monkeypatch.setattr(cluster, "Wanted", elsewhere)
    root = shutil.copytree(made, tmp_path / "cluster")
    request = command.BatchRequest(file="night", scheduler=scheduler, kernel="plain")
    assert command.run_batch(request, root) == 15
    said = capsys.readouterr().err
    assert "other contents of the packages" in said
    assert "it goes on from here" in said
    assert not (root / "reports" / "tiny" / "main").exists()


def test_a_plan_that_is_added_meanwhile_is_no_other_project(made):
    seen = worker.seen_from_here(str(made))
    for plans in (seen.plans, seen.plans[:-1]):
        wanted = worker.Wanted(str(made), seen._replace(plans=plans), f"batch-{len(plans)}")
        assert worker._unfit(wanted) == ""
    more = seen._replace(plans=(*seen.plans, "more.yaml"))
    assert worker._unfit(worker.Wanted(str(made), more, "batch")) == "the project"


def test_a_worker_that_loaded_the_program_before_an_edit_is_not_fit(made, tmp_path):
    """A process that lives on: what it calculates is not what the files say now."""
    copy = tmp_path / "src" / "analysis"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    environment = os.environ | {"PYTHONPATH": str(copy.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", LIVES_ON, str(made)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environment, **pipes) as process:
        before = process.stdout.readline()
        with (copy / "report" / "front.py").open("a", encoding="utf-8") as file:
            file.write("# edited\n")
        told, _ = process.communicate("\n", timeout=60)
    assert told == before
    edited = subprocess.run(command, env=environment, input="\n", capture_output=True, text=True)
    assert edited.stdout.splitlines()[0] != before.strip()
    seen = worker.seen_from_here(str(made))
    with pytest.raises(UsageError, match="other contents of the program"):
        worker.refuse_unfit(client([1], seen._replace(program=edited.stdout.split()[0])), made)


def test_the_first_worker_is_not_waited_for_without_end(monkeypatch, capsys):
    def wait(number, timeout):
        raise TimeoutError

    nobody = client([], None)
    nobody.wait_for_workers = wait
    with pytest.raises(BatchError, match="No worker came within 10 min"):
        cluster.wait_for_one(nobody, "10 min", "--scheduler")
    assert "Waiting for the first worker" in capsys.readouterr().err


def test_one_thread_a_worker(made):
    with pytest.raises(UsageError, match="1 workers have more than one thread"):
        worker.refuse_unfit(client([1, 4], None), made)


def test_every_worker_sees_this_project_and_has_these_packages(made):
    worker.refuse_unfit(client([1, 1], None), made)
    seen = worker.seen_from_here(str(made))
    for what, value in (("plans", ()), ("program", "else"), ("packages", "else")):
        word = "project" if what == "plans" else what
        with pytest.raises(UsageError, match=f"other contents of the {word}"):
            worker.refuse_unfit(client([1], seen._replace(**{what: value})), made)


def test_nobody_at_the_address_is_told(made, monkeypatch):
    monkeypatch.setattr(cluster, "_PATIENCE", "1s")
    nobody = cluster.connected("tcp://127.0.0.1:9", made)
    with pytest.raises(UsageError, match="No scheduler answers") as caught, nobody:
        pass
    assert "dask scheduler" in str(caught.value)


def test_a_scheduler_that_has_gone_ends_the_batch_with_words(made):
    lost = cluster.Cluster(client([1], None, status="closed"), fork=False, root=made)
    with pytest.raises(BatchError, match="cannot be reached any more"):
        lost.submit("prepare")


def test_a_scheduler_that_goes_in_this_moment_is_told_in_the_same_words(made):
    def closed(*_, **__):
        raise distributed.comm.CommClosedError("in a connection")

    lost = client([1], None)
    lost.nthreads, lost.get_executor = (
        closed,
        lambda **_: SimpleNamespace(submit=closed, shutdown=closed),
    )
    engine = cluster.Cluster(lost, fork=False, root=made)
    with pytest.raises(BatchError, match="cannot be reached any more"):
        engine.submit("prepare")
    with pytest.raises(BatchError, match="cannot be reached any more"):
        _ = engine.workers
    engine.close()
    engine.stop()


def test_what_is_wrong_here_is_not_told_as_a_scheduler_that_has_gone(made):
    def unreadable(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied", "plans")

    def unsent(*_, **__):
        raise RuntimeError("this cannot be pickled")

    here = client([1], None)
    for wrong, error in ((unreadable, PermissionError), (unsent, RuntimeError)):
        here.get_executor = lambda wrong=wrong, **_: SimpleNamespace(submit=wrong)
        with pytest.raises(error):
            cluster.Cluster(here, fork=False, root=made).submit("prepare")
        with pytest.raises(error), cluster.words_where_gone(here):
            wrong()
    # Dask's own words for a place that does not answer.
    with pytest.raises(BatchError, match="cannot be reached"), cluster.words_where_gone(here):
        raise OSError("Timed out trying to connect to tcp://127.0.0.1:9 after 30 s")
    here.status = "closed"
    with pytest.raises(BatchError, match="cannot be reached"), cluster.words_where_gone(here):
        raise RuntimeError("IOLoop is closed")


def test_a_scheduler_with_certificates_lets_in_who_has_one(made, tmp_path, monkeypatch):
    quiet(monkeypatch)
    monkeypatch.setattr(worker, "_ready", lambda fork: None)
    ours, other = certificate(tmp_path / "ours"), certificate(tmp_path / "other")
    here = {"n_workers": 1, "threads_per_worker": 1, "processes": False, "protocol": "tls://"}
    with dask.config.set(ours):
        security = distributed.Security(require_encryption=True)
        with distributed.LocalCluster(**here, security=security, dashboard_address=":0") as workers:
            address = workers.scheduler_address
            assert address.startswith("tls://")
            root = shutil.copytree(made, tmp_path / "cluster")
            request = command.BatchRequest(file="night", scheduler=address, kernel="plain")
            assert command.run_batch(request, root) == 0
            monkeypatch.setattr(cluster, "_PATIENCE", "2s")
            with dask.config.set(other):
                stranger = cluster.connected(address, root)
                with pytest.raises(UsageError, match="No scheduler answers"), stranger:
                    pass


def certificate(place):
    """Dask's configuration for a new certificate that is its own authority."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("the openssl command is not here")
    place.mkdir()
    key, signed = str(place / "key.pem"), str(place / "cert.pem")
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=batch"]
    made = [program, *words, "-keyout", key, "-out", signed]
    subprocess.run(made, check=True, capture_output=True)
    tls, files = "distributed.comm.tls", {"key": key, "cert": signed}
    roles = ("scheduler", "worker", "client")
    named = {f"{tls}.{role}.{kind}": files[kind] for role in roles for kind in files}
    return {f"{tls}.ca-file": signed, **named}


def test_a_worker_that_cannot_look_is_not_fit_and_one_that_has_gone_is_passed_over(made):
    with pytest.raises(UsageError, match="other contents of the program"):
        worker.refuse_unfit(client([1], ModuleNotFoundError("analysis")), made)
    worker.refuse_unfit(client([1], distributed.comm.CommClosedError("gone")), made)


def test_a_slurm_job_has_one_core_and_what_the_site_asks_for():
    settings = slurm.slurm_settings({"queue": "short", "memory": "4GB", "cores": "8"})
    assert settings["queue"] == "short"
    assert settings["memory"] == "4GB"
    assert (settings["cores"], settings["processes"], settings["nanny"]) == (1, 1, False)


def test_a_slurm_script_asks_for_one_core(tmp_path):
    jobqueue = pytest.importorskip("dask_jobqueue")
    settings = slurm.slurm_settings({"queue": "short"})
    job = jobqueue.slurm.SLURMJob(scheduler="tcp://host:1", name="one", **settings)
    script = job.job_script()
    for words in ("#SBATCH -p short", "#SBATCH --cpus-per-task=1", "--nthreads 1", "--no-nanny"):
        assert words in script
