"""Speed and memory, beside other tools in the same run: `make bench` puts the figures into the README.

Figures are ratios: machines differ, and this one may be busy. What is compared runs in turn, several times; the median
and the least of the ratios are told. Nothing here is a test.
"""
