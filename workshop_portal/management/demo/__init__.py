"""The demo: the workshop of May 2022 as its published news tells it, with invented delegates.

Everything is written through actions. `texts` holds what the news says and what is invented, `people` the
invented persons, `workshops`, `breakouts` and `report` play the workshop, `world` puts them in order.
"""
