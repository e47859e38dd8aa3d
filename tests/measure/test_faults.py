"""Unpacking the sets of faults, on small archives made by hand."""

import csv
import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path

from tests.measure.faults import Fault, openstack, service_of, trainticket
from tests.measure.scans import SECOND_NS

TRIGGER_S = 1_536_907_399.5


def packed(path: Path, contents: Mapping[str, str]) -> Path:
    with tarfile.open(path, "w:xz") as archive:
        for name, text in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return path


def test_openstack_is_unpacked_without_what_its_harness_said(tmp_path: Path) -> None:
    """The first round's logs, by service; not the workload's, not the second round's, not a test without a time."""
    archive = packed(
        tmp_path / "a.tar.xz",
        {
            "Neutron/Test_7/logs/round_1/neutron/server.log.bzip2.out": "hello\n",
            "Neutron/Test_7/logs/round_1/foreground_wl/demo.err.log.bzip2.out": "FAILURE\n",
            "Neutron/Test_7/logs/round_1/trigger_log": f"{TRIGGER_S} [a.pyc]: on!\n{TRIGGER_S + 9} [a.pyc]: on!\n",
            "Neutron/Test_7/logs/round_2/neutron/server.log.bzip2.out": "healthy\n",
            "Neutron/Test_8/logs/round_1/neutron/server.log.bzip2.out": "hello\n",
            "Neutron/Test_8/logs/round_1/trigger_log": "",
        },
    )
    (fault,) = openstack(tmp_path, archive)
    assert fault == Fault("Test_7", tmp_path / "Test_7", round((TRIGGER_S - 4 * 3600) * SECOND_NS), "neutron")
    assert [file for file in fault.folder.rglob("*") if file.is_file()] == [fault.folder / "neutron" / "server.log"]


def test_trainticket_gives_three_minutes_to_each_fault(tmp_path: Path) -> None:
    """Rows of all services in the order of time, as JSON lines; the culprit is the pod's deployment."""
    pods = {"08_43": "ts-food-service-f5756978c-k8vqf", "08_44": "ts-seat-service-5c95b49cff-tdsdz", "08_45": "web"}
    contents = {
        f"rca/{minute}_log.csv": minute_of(pod, [f"2023-01-29T08:{minute[3:]}:0{second}Z" for second in (2, 1)])
        for minute, pod in pods.items()
    }
    inject = {"inject_time": "2023-01-29 08:43:04", "inject_pod": pods["08_43"], "inject_type": "return"}
    contents["fault_list.json"] = json.dumps({"08": [inject]})
    (fault,) = trainticket(tmp_path, packed(tmp_path / "a.tar.xz", contents))
    assert (fault.name, fault.culprit, fault.begin_ns) == ("08_43_return", "ts-food-service", 1_674_981_784 * SECOND_NS)
    rows = [json.loads(line) for line in (fault.folder / "services.log").read_text().splitlines()]
    assert [row["time"][14:19] for row in rows] == ["43:01", "43:02", "44:01", "44:02", "45:01", "45:02"]
    assert rows[2] == {"time": "2023-01-29T08:44:01Z", "service": "ts-seat-service", "message": "INFO served"}


def minute_of(pod: str, times: list[str]) -> str:
    table = io.StringIO()
    writer = csv.DictWriter(table, ["Timestamp", "PodName", "Log"])
    writer.writeheader()
    for time in times:
        writer.writerow({"Timestamp": time, "PodName": pod, "Log": json.dumps({"log": "INFO served\n"})})
    return table.getvalue()


def test_a_name_without_hashes_is_a_service_already() -> None:
    """Only the two hashes of a pod are cut off."""
    assert [service_of(pod) for pod in ("web", "ts-food-service-f5756978c-k8vqf")] == ["web", "ts-food-service"]
