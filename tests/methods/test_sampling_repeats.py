"""Texts that repeat each other in a batch."""

from __future__ import annotations

import numpy as np
import pytest

from tests.methods.sampling_pools import ask, rng, templated
from workbench.methods.sampling import STRATEGIES, propose


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_template_with_many_fillings_does_not_starve_the_batch(strategy):
    X, probs, texts = templated(600, 120)
    chosen = ask(X, probs, n=50, texts=texts, labelled=np.arange(600, 625), strategy=strategy)
    assert len(chosen.indices) == 50
    assert chosen.notes == ()
    assert (chosen.indices < 600).sum() <= 1
    assert chosen.n_draws.sum() >= chosen.is_random.sum()


def test_where_the_rest_repeats_the_batch_is_smaller_and_says_so():
    X, probs, texts = templated(600, 10)
    chosen = propose(X, n=50, rng=rng(), probs=probs, texts=texts, labelled=[600])
    assert sorted(chosen.indices[chosen.indices >= 600]) == list(range(601, 610))
    assert len(chosen.indices) == 10
    assert chosen.notes == ("10 rows instead of 50: the other rows repeat these",)


def test_random_rows_stand_for_all_draws_that_say_the_same():
    X, _, texts = templated(600, 300)
    n_draws, of_template = [], []
    for seed in range(40):
        chosen = propose(X, n=20, rng=rng(seed), texts=texts, strategy="random")
        assert len(chosen.indices) == 20
        n_draws.append(chosen.n_draws.sum())
        of_template.append(chosen.n_draws[chosen.indices < 600].sum())
    share = np.array(of_template) / np.array(n_draws)
    assert share.mean() == pytest.approx(600 / 900, abs=0.03)
    most = int(chosen.n_draws.max())
    assert f"random control; {most} draws said the same" in chosen.reason


def test_a_class_that_is_asked_for_is_found_among_templates_too():
    X, probs, texts = templated(600, 200)
    chosen = propose(X, n=20, rng=rng(), probs=probs[:, ::-1], texts=texts, focus=0)
    assert len(chosen.indices) == 20
