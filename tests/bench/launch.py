"""Run a command on some cores; print its wall time and its own peak memory as JSON on stdout.

A script of its own, since Linux counts the memory of whoever starts a process into its
peak: that has to be small.

    launch.py CORES COMMAND…
"""

import json
import os
import subprocess
import sys
import time


def main() -> None:
    """Run, wait, tell."""
    os.sched_setaffinity(0, {int(core) for core in sys.argv[1].split(",")})
    began = time.perf_counter()
    with subprocess.Popen(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    result = {"seconds": seconds, "peak_mb": usage.ru_maxrss * 1024 / 1e6, "exit": process.returncode}
    print(json.dumps(result | {"stderr": said.decode(errors="replace")[-2000:]}))


main()
