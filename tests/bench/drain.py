"""Drain3, with its defaults and with the masks of its own example (github.com/logpai/Drain3, examples/drain3.ini)."""

from collections.abc import Iterable

from drain3.masking import MaskingInstruction
from drain3.template_miner import TemplateMiner
from drain3.template_miner_config import TemplateMinerConfig

BEFORE, AFTER = r"((?<=[^A-Za-z0-9])|^)", r"((?=[^A-Za-z0-9])|$)"
MASKS = (
    (rf"{BEFORE}(([0-9a-f]{{2,}}:){{3,}}([0-9a-f]{{2,}})){AFTER}", "ID"),
    (rf"{BEFORE}(\d{{1,3}}\.\d{{1,3}}\.\d{{1,3}}\.\d{{1,3}}){AFTER}", "IP"),
    (rf"{BEFORE}([0-9a-f]{{6,}} ?){{3,}}{AFTER}", "SEQ"),
    (rf"{BEFORE}([0-9A-F]{{4}} ?){{4,}}{AFTER}", "SEQ"),
    (rf"{BEFORE}(0x[a-f0-9A-F]+){AFTER}", "HEX"),
    (rf"{BEFORE}([\-\+]?\d+){AFTER}", "NUM"),
    (r'(?<=executed cmd )(".+?")', "CMD"),
)


def miner(*, masks: bool) -> TemplateMiner:
    """Return a miner that has seen nothing."""
    config = TemplateMinerConfig()
    config.masking_instructions = [MaskingInstruction(*mask) for mask in MASKS] if masks else []
    return TemplateMiner(config=config)


def mine(lines: Iterable[str], *, masks: bool) -> int:
    """Give decoded lines to Drain3; return how many templates it found."""
    drain = miner(masks=masks)
    for line in lines:
        drain.add_log_message(line)
    return len(drain.drain.clusters)
