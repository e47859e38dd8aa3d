"""The container whose log a stream is, told by where Kubernetes keeps it.

Source: "Logging Architecture" of Kubernetes' documentation, and ``pkg/kubelet/kuberuntime/legacy.go`` for the links in
``/var/log/containers``.
"""

import re

_UID = r"(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})"
_IN_PODS = rf"(?:(?:^|[/!])pods/[^/_]+_[^/_]+_[^/]+|(?:^|[/!])[^/_]+_[^/_]+_{_UID})/([^/]+)/[0-9]+\.log"
_IN_CONTAINERS = r"(?:^|[/!])[^/_]+_[^/_]+_([^/_]+)-[0-9a-f]{64}\.log"
_CONTAINER = re.compile(rf"(?:{_IN_PODS}|{_IN_CONTAINERS})(?:\.[0-9][-0-9]*)?(?:\.[a-z0-9]+)?$")


def container_of(stream: str) -> str | None:
    """Return the name of the container, None if the stream lies in no such place.

    >>> container_of("file:///k8s.tar.zst!/var/log/pods/shop_cart-7d9f-x2x4k_0f1e2d3c/cart/0.log")
    'cart'
    >>> container_of("file:///var/log/containers/cart-7d9f-x2x4k_shop_cart-" + 64 * "a" + ".log")
    'cart'
    """
    found = _CONTAINER.search(stream)
    return None if found is None else found[1] or found[2]
