"""Access logs of AWS load balancers (ALB, NLB)."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="load-balancer",
    summary="Access logs of AWS load balancers (ALB, NLB).",
    patterns=(
        "http {time} {service} {message:balanced}",
        "http {time} {service} {message}",
        "https {time} {service} {message:balanced}",
        "https {time} {service} {message}",
        "h2 {time} {service} {message:balanced}",
        "h2 {time} {service} {message}",
        "grpcs {time} {service} {message:balanced}",
        "grpcs {time} {service} {message}",
        "ws {time} {service} {message:balanced}",
        "ws {time} {service} {message}",
        "wss {time} {service} {message:balanced}",
        "wss {time} {service} {message}",
        "tls 1.0 {time} {service} {message}",
        "tls 2.0 {time} {service} {message}",
    ),
)
