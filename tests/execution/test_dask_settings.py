"""The settings of Dask stand in one module; what is started without the app is given the same ones."""

import os
import re
import subprocess
import sys

import pytest
import yaml
from dask.config import collect_env

from ensemble.execution import dask_settings
from testing import PATIENCE, ROOT

SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
CLUSTER = (ROOT / "docs" / "cluster.md").read_text(encoding="utf-8")
NOT_COMPARED = ("DASK_DISTRIBUTED__COMM__",)  # keys and certificates, which every cluster has of its own


def nested(settings):
    return collect_env(dask_settings.as_environment(settings))


def compared(environment):
    return {
        name: value for name, value in environment.items() if name.startswith("DASK_") and not name.startswith(NOT_COMPARED)
    }


@pytest.mark.parametrize(
    ("service", "settings"), [("app", {}), ("scheduler", dask_settings.SCHEDULER), ("worker", dask_settings.WORKER)]
)
def test_compose_sets_what_the_app_sets_for_its_own_processes(service, settings):
    assert collect_env(compared(SERVICES[service].get("environment", {}))) == nested(settings)


def test_docs_of_the_cluster_set_what_the_app_sets_for_its_own_processes():
    exported = dict(re.findall(r"^export (DASK_\w+)=(\S+)$", CLUSTER, flags=re.MULTILINE))
    assert collect_env(compared(exported)) == nested({**dask_settings.SCHEDULER, **dask_settings.WORKER})


def test_workers_of_compose_and_docs_have_the_memory_of_the_embedded_ones():
    assert f"--memory-limit={dask_settings.MEMORY_LIMIT}" in SERVICES["worker"]["command"]
    assert f"--memory-limit {dask_settings.MEMORY_LIMIT} " in CLUSTER


def test_embedded_processes_get_the_same_settings_and_no_http():
    for embedded, common in (
        (dask_settings.EMBEDDED_SCHEDULER, dask_settings.SCHEDULER),
        (dask_settings.EMBEDDED_WORKER, dask_settings.WORKER),
    ):
        assert common.items() <= embedded.items()
        assert [value for name, value in embedded.items() if name.endswith("http.routes")] == [[]]


def test_dask_reads_the_settings_from_the_environment():
    script = f"import dask; print([dask.config.get(name) for name in {list(dask_settings.EMBEDDED_WORKER)}])"
    environment = os.environ | dask_settings.as_environment(dask_settings.EMBEDDED_WORKER)
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=PATIENCE)
    assert done.stdout.strip() == str(list(dask_settings.EMBEDDED_WORKER.values())), done.stderr


def test_settings_import_nothing_but_the_standard_library():
    script = "import sys, ensemble.execution.dask_settings; print({'dask', 'numpy', 'distributed'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert done.stdout.strip() == "set()", done.stderr
