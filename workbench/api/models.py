"""Labeling functions, models, and the rows to label next."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.api.calls import api_methods
from workbench.api.opened import Opened

if TYPE_CHECKING:
    from workbench.methods.snorkel_model import Solver
    from workbench.services.aggregate_result import AggregateResult
    from workbench.services.curve.curve import CurveResult
    from workbench.services.embed.embed import EmbedResult
    from workbench.services.lf.apply_result import ApplyResult
    from workbench.services.lf.functions import LFList
    from workbench.services.propose import ProposeResult
    from workbench.services.train import TrainResult
    from workbench.types import ProgressCallback


@api_methods
class ModelMethods(Opened):
    """Labeling functions, models and proposals."""

    def functions(
        self, *, load_scripts: bool = True, by: str | None = None, tag: str | None = None
    ) -> LFList:
        """List the labeling functions; see `workbench.services.lf.functions.list_functions`."""
        from workbench.services.lf.functions import list_functions

        return list_functions(self, load_scripts=load_scripts, by=by, tag=tag)

    def apply(
        self,
        *,
        only: Collection[str] = (),
        retry: bool = False,
        n_workers: int | None = None,
        progress: ProgressCallback | None = None,
    ) -> ApplyResult:
        """Bring the votes up to date; see `workbench.services.lf.apply.apply_functions`."""
        from workbench.services.lf.apply import apply_functions

        return apply_functions(
            self, only=tuple(only), retry=retry, n_workers=n_workers, progress=progress
        )

    def aggregate(
        self,
        *,
        model: str = "auto",
        class_balance: Mapping[str, float] | str | None = None,
        seed: int | None = None,
        solver: Solver = "numpy",
    ) -> AggregateResult:
        """Fit the label models; see `workbench.services.aggregate.aggregate_votes`."""
        from workbench.services.aggregate import aggregate_votes

        return aggregate_votes(
            self, model=model, class_balance=class_balance, seed=seed, solver=solver
        )

    def train(
        self,
        *,
        seed: int | None = None,
        embeddings: bool = False,
        progress: ProgressCallback | None = None,
    ) -> TrainResult:
        """Train the end model; see `workbench.services.train.train_end_model`."""
        from workbench.services.train import train_end_model

        return train_end_model(self, seed=seed, embeddings=embeddings, progress=progress)

    def embed(
        self,
        *,
        source: str | Path | None = None,
        uids: str | Path | None = None,
        name: str | None = None,
        progress: ProgressCallback | None = None,
    ) -> EmbedResult:
        """Give the texts embeddings; see `workbench.services.embed.embed.embed_texts`."""
        from workbench.services.embed.embed import embed_texts

        matrix = Path(source) if source is not None else None
        order = Path(uids) if uids is not None else None
        return embed_texts(self, source=matrix, uids=order, name=name, progress=progress)

    def propose(
        self,
        n: int = 50,
        *,
        strategy: str = "auto",
        seed: int | None = None,
        label: str | None = None,
        where: str | None = None,
        embedder: str | None = None,
        role: str = "train",
        progress: ProgressCallback | None = None,
    ) -> ProposeResult:
        """Choose the next batch; see `workbench.services.propose.propose_batch`."""
        from workbench.services.propose import propose_batch

        return propose_batch(
            self,
            n=n,
            strategy=strategy,
            seed=seed,
            label=label,
            where=where,
            embedder=embedder,
            role=role,
            progress=progress,
        )

    def curve(
        self,
        *,
        on: str = "auto",
        embedder: str | None = None,
        seed: int | None = None,
        progress: ProgressCallback | None = None,
    ) -> CurveResult:
        """Show what labels have bought; see `workbench.services.curve.curve.curve`."""
        from workbench.services.curve.curve import curve

        return curve(self, on=on, embedder=embedder, seed=seed, progress=progress)
