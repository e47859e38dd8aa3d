"""Quality on labelled corpora, beside other tools in the same run: `make measure` puts the tables into the README."""
