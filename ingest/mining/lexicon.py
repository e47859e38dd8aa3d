"""Which English words carry the meaning of a message, so that none of them is taken for a value because it varies.

``started`` and ``stopped`` vary at one place as user names do, and a new ``failed`` there must not vanish. Such words
are told by their endings (participles, nouns of action, adverbs), and by a list of those that have none: function
words, and the verbs, outcomes and states of which logs speak. Names and anything dotted tell nothing.
"""

import re

_FUNCTION_WORDS = """
    a about after again against all already an and any are as at be because been before being between both but by can
    cannot could did do does done during each either else every for from had has have if in into is it its least less
    many may might more most much must neither never no none nor not now of off on once only onto or out over per shall
    should so some still than that the then there these this those through to too under until up upon very via was were
    when where which while will with within without would yet
"""
_ACTIONS_AND_STATES = """
    abort accept acquire activate active add alive allow append attach available bad begin bind break broken busy
    cancel clean clear close commit configure connect corrupt crash create critical dead delete deny destroy detach
    dirty disable disconnect done down drop duplicate empty enable end enter err error execute exit expire fail fails
    failure fatal fault fetch found free full get gone good grant halt head healthy hit hold idle inactive initialize
    insert install invalid join kill late leave left list listen load lock login logout lost low high miss modify mount
    move new normal off offline ok okay old online open options panic pass patch pause post publish put quit read ready
    receive refuse register reject release remove rename replace reset resolve restart restore resume retry revoke
    rollback run save select send sent shutdown skip slow spawn start startup stop submit subscribe success suspend
    terminate timeout transfer unavailable unhealthy uninstall unknown unlock unmount unregister update upgrade upload
    valid verify wait wake warn warning write wrong yes
"""
_TELLING = frozenset((_FUNCTION_WORDS + _ACTIONS_AND_STATES).split())
_ENDING = re.compile(r"..+(?:ed|ing|able|ible|less|ful|ion|ment|ness|ly)")
_NAME = re.compile(rb"[./\\@$]")
_PART = re.compile(rb"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def tells(word: bytes) -> bool:
    """Return whether a word, or a part of a compound such as ``LINK_DOWN`` or ``jobFailed``, carries meaning.

    Example:
        >>> [word for word in (b"failed", b"fred", b"JOB_FAILED", b"down", b"db.closed.example") if tells(word)]
        [b'failed', b'JOB_FAILED', b'down']
    """
    if _NAME.search(word):
        return False
    return any(_is_telling(part.decode().lower()) for part in _PART.findall(word))


def _is_telling(part: str) -> bool:
    return part in _TELLING or (len(part) > 4 and _ENDING.fullmatch(part) is not None)
