"""What the OpenSearch store is made of.

Truth is a chain of commits for each *writer* (for Kafka, one partition): documents ``WRITER/1``, ``WRITER/2`` … in the
index of states, each created once, each holding all that one commit learned. So a commit is one document, it is there
or it is not, and who opens a writer creates the next link himself: the one before is told so at his next commit
(``Fenced``). Old links are folded into one document, their sum.

Entries are documents of a data stream whose ids are their positions: created before the commit, and if that does not
come, taken for their own by the next attempt, or deleted at the next opening. Documents about templates and incidents
follow from commits: they are written behind them, and again if that was not finished.

Considered: one document per writer that each commit replaces (``if_seq_no``) needs no folding, but writes everything at
each commit; deltas that others have not seen could not be told apart.
"""
