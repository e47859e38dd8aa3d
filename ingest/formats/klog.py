"""Google's glog and Kubernetes' klog: letter, date, thread, source line."""

from logburl.ingest.format import Format

FORMAT = Format(
    name="klog",
    summary="Google's glog and Kubernetes' klog: letter, date, thread, source line.",
    patterns=("{severity:letter}{time:klog} {thread:num} {source}] {message}",),
)
