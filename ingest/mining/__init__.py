"""How signatures become templates: messages in pieces, put together by what they share and where they differ."""
