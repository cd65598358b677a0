"""A Dask cluster carries out the same stages: the same bytes, fit workers only, clear refusals."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import pytest

from analysis.errors import BatchError, UsageError
from analysis.run import cluster, worker
from analysis.run.batch import command
from tests.spec.batch_books import lasting, quiet, run_night, write_batch
from tests.spec.run_books import make_project

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = make_project(tmp_path_factory.mktemp("made"))
    write_batch(root)
    return root


def client(threads, seen, status="running"):
    """What of a Dask client is asked before a batch starts."""
    workers = {f"tcp://worker-{n}:1": each for n, each in enumerate(threads)}
    return SimpleNamespace(
        nthreads=lambda: workers,
        run=lambda function, root: {name: seen or function(root) for name in workers},
        status=status,
        get_executor=lambda **_: None,
    )


def test_workers_of_a_cluster_make_the_same_bytes(made, tmp_path, monkeypatch):
    quiet(monkeypatch)
    serial = shutil.copytree(made, tmp_path / "serial")
    assert run_night(serial) == 0
    root = shutil.copytree(made, tmp_path / "cluster")
    monkeypatch.setattr(worker, "_ready", lambda fork: None)
    here = {"n_workers": 1, "threads_per_worker": 1, "processes": False, "protocol": "tcp"}
    with distributed.LocalCluster(**here, dashboard_address=None) as workers:
        address = workers.scheduler_address
        request = command.BatchRequest(file="night", scheduler=address, kernel="plain")
        assert command.run_batch(request, root) == 0
    assert lasting(root) == lasting(serial)
    assert command.run_batch(command.BatchRequest(file="night"), root) == 0


def test_one_thread_a_worker(made):
    with pytest.raises(UsageError, match="1 workers have more than one thread"):
        worker.refuse_unfit(client([1, 4], None), made)


def test_every_worker_sees_this_project_and_has_these_packages(made):
    worker.refuse_unfit(client([1, 1], None), made)
    plans, packages = worker.seen_from_here(str(made))
    with pytest.raises(UsageError, match="other contents of the project"):
        worker.refuse_unfit(client([1], ((), packages)), made)
    with pytest.raises(UsageError, match="other contents of the packages"):
        worker.refuse_unfit(client([1], (plans, "else")), made)


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


def test_a_slurm_job_has_one_core_and_what_the_site_asks_for():
    settings = cluster.slurm_settings({"queue": "short", "memory": "4GB", "cores": "8"})
    assert settings["queue"] == "short"
    assert settings["memory"] == "4GB"
    assert (settings["cores"], settings["processes"], settings["nanny"]) == (1, 1, False)


def test_a_slurm_script_asks_for_one_core(tmp_path):
    jobqueue = pytest.importorskip("dask_jobqueue")
    settings = cluster.slurm_settings({"queue": "short"})
    job = jobqueue.slurm.SLURMJob(scheduler="tcp://host:1", name="one", **settings)
    script = job.job_script()
    for words in ("#SBATCH -p short", "#SBATCH --cpus-per-task=1", "--nthreads 1", "--no-nanny"):
        assert words in script
