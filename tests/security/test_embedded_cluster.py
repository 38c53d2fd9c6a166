"""The embedded scheduler and its workers, attacked by another user of the machine."""

import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from distributed.comm import connect

from ensemble.execution.dask_nodes import Client
from ensemble.execution.local.cluster import EmbeddedCluster
from ensemble.execution.local.scheduler import mark_as_used
from testing import PATIENCE
from testing.asynchronous import run_async
from testing.cluster import ROOT, alive, eventually, nanny_of

NOBODY = 65534
ATTACK = """
import asyncio, json, os, sys, tempfile
from pathlib import Path
from distributed.comm import connect
from distributed.security import Security
from ensemble.execution.local import tls
import cryptography.hazmat.primitives.asymmetric.ec, cryptography.hazmat.primitives.serialization, cryptography.x509

uid, folder, ports = json.loads(sys.argv[1])
if uid:
    os.setgroups([]), os.setgid(uid), os.setuid(uid)
own = Path(tempfile.mkdtemp())
tls.write_certificate(own)
forged = tls.security(own)
context = forged.get_connection_args("client")["ssl_context"]
context.verify_mode = 0  # the attacker does not care whom they speak to

async def come_in(address, **options):
    try:
        comm = await connect(address, timeout=3, **options)
        await comm.write({"op": "identity", "reply": True})
        await asyncio.wait_for(comm.read(), 2)
        return "in"
    except Exception as error:
        return type(error).__name__

async def attack():
    ways = {"tcp": {}, "tls": {"ssl_context": context, "require_encryption": True}}
    tries = [(way, port) for way in ways for port in ports]
    got = await asyncio.gather(*(come_in(f"{way}://127.0.0.1:{port}", **ways[way]) for way, port in tries))
    return [[way, port, one] for (way, port), one in zip(tries, got)]

try:
    readable = [name for name in os.listdir(folder) if open(os.path.join(folder, name))]
except PermissionError:
    readable = []
print(json.dumps([os.getuid(), readable, asyncio.run(attack())]))
"""


def listening(process):
    """Ports at which a process listens, without those of its children."""
    return {one.laddr for one in process.net_connections() if one.status == psutil.CONN_LISTEN}


def processes_of(cluster):
    """The scheduler, the nanny of the worker, and the worker with its helper."""
    scheduler = psutil.Process(cluster.process.pid)
    return [scheduler, *scheduler.children(recursive=True)]


@pytest.fixture(scope="module")
def cluster(training_service):
    """That of the app's own service, at work."""
    one = training_service.connection.cluster
    assert eventually(lambda: sum(len(listening(process)) for process in processes_of(one)) == 3)
    return one


@pytest.fixture(scope="module")
def ports(cluster):
    """Of the scheduler, the nanny and the worker."""
    return {address for process in processes_of(cluster) for address in listening(process)}


def test_scheduler_nanny_and_worker_listen_at_one_port_each_and_none_serves_http(cluster, ports):
    assert len(ports) == 3
    assert {address.ip for address in ports} == {"127.0.0.1"}
    assert int(cluster.address.rpartition(":")[2]) in {address.port for address in ports}
    assert cluster.address.startswith("tls://")


def test_another_user_reaches_nobody_and_reads_no_key(cluster, ports):
    uid = NOBODY if os.getuid() == 0 else 0
    asked = json.dumps([uid, cluster.folder, sorted(address.port for address in ports)])
    done = subprocess.run(
        [sys.executable, "-c", ATTACK, asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=os.environ | {"HOME": "/"},
    )
    assert done.returncode == 0, done.stderr
    who, readable, tries = json.loads(done.stdout.splitlines()[-1])
    assert [way for way, _, _ in tries] == ["tcp"] * 3 + ["tls"] * 3
    assert [one for one in tries if one[2] == "in"] == []
    if uid:
        assert (who, readable) == (uid, [])


def test_with_the_key_the_same_ports_answer(cluster, ports):
    async def greet(port):
        comm = await connect(f"tls://127.0.0.1:{port}", timeout=PATIENCE, **cluster.security.get_connection_args("client"))
        await comm.close()

    for address in ports:
        run_async(greet(address.port))


def test_a_client_without_the_key_is_refused_and_closed(cluster):
    before = {id(one) for one in Client._instances}
    for address in (cluster.address, cluster.address.replace("tls", "tcp")):
        with pytest.raises((OSError, TypeError)):
            Client(address, timeout=2, set_as_default=False)
    assert {one.status for one in Client._instances if id(one) not in before} <= {"closed"}


def test_key_and_certificate_are_for_their_owner_alone_and_in_no_command_line(cluster):
    folder = Path(cluster.folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir() if file.is_file()}
    assert {name: files[name] for name in ("key.pem", "certificate.pem")} == {"key.pem": 0o600, "certificate.pem": 0o600}
    assert set(files) - {"key.pem", "certificate.pem"} <= {"address", "deaths"}
    for process in processes_of(cluster):
        assert "PRIVATE KEY" not in " ".join([*process.cmdline(), *process.environ().values()])


@pytest.mark.nightly
def test_closing_the_cluster_leaves_nothing_even_if_a_nanny_hangs():
    """The process group is killed after a bounded wait."""
    hanging = EmbeddedCluster()
    assert eventually(lambda: len(processes_of(hanging)) >= 4)
    processes = processes_of(hanging)
    nanny_of(hanging).suspend()
    hanging.close()
    assert eventually(lambda: not any(map(alive, processes)))
    assert not Path(hanging.folder).exists()
    hanging.close()


def test_files_of_a_cluster_that_runs_for_days_are_not_old(tmp_path):
    """A cleaner of old temporary files took the key after ten days, and no further worker could start."""
    files = [tmp_path / "key.pem", tmp_path / "worker" / "storage.lock"]
    (tmp_path / "worker").mkdir()
    for file in files:
        file.touch()
    for one in (tmp_path, tmp_path / "worker", *files):
        os.utime(one, (0, 0))
    mark_as_used(tmp_path)
    now = time.time()
    for one in (tmp_path, tmp_path / "worker", *files):
        assert abs(one.stat().st_mtime - now) < 60
        assert abs(one.stat().st_atime - now) < 60


@pytest.mark.parametrize("removed", ["key.pem", "certificate.pem"])
def test_a_cluster_without_its_key_ends_so_that_a_new_one_takes_its_place(removed):
    """The web process starts a new one when this one is no longer running: see ``Connection``."""
    robbed = EmbeddedCluster()
    assert robbed.address
    Path(robbed.folder, removed).unlink()
    assert eventually(lambda: not robbed.running)
    assert not Path(robbed.folder).exists()
    robbed.close()
