"""Collections of supercomputers' logs: perhaps an alert label, then epoch, date, node and the line.

Where the line is syslog's, the node is a host; the other kind names a chip by its place in the machine.
"""

from logburl.ingest.format import Format

FORMAT = Format(
    name="supercomputer",
    summary="Collections of supercomputers' logs: perhaps an alert label, then epoch, date, node and the line.",
    patterns=(
        "{label} {time:epoch} {date} {host} {month} {day:num} {clock:clock} {origin} {service}[{procid}]: {message}",
        "{label} {time:epoch} {date} {host} {month} {day:num} {clock:clock} {origin} {service}: {message}",
        "{label} {time:epoch} {date} {host} {month} {day:num} {clock:clock} {origin} {message}",
        "{label} {time:epoch} {date} {node} {time:dotted} {location} {kind} {service} {level} {message}",
        "{label} {time:epoch} {date} {node} {time:dotted} {location} {kind} {service} {message}",
        "{time:epoch} {date} {host} {month} {day:num} {clock:clock} {origin} {service}[{procid}]: {message}",
        "{time:epoch} {date} {host} {month} {day:num} {clock:clock} {origin} {service}: {message}",
        "{time:epoch} {date} {host} {month} {day:num} {clock:clock} {origin} {message}",
        "{time:epoch} {date} {node} {time:dotted} {location} {kind} {service} {level} {message}",
        "{time:epoch} {date} {node} {time:dotted} {location} {kind} {service} {message}",
    ),
)
