"""The study as one would write it without this project: one script, one thing after another.

``python tests/bench/serial.py FOLDER``: FOLDER is a checkout in which the study has run. Taken from
there are its parameters, its datasets and the trials of its tuning, so that both do the same work.
Libraries run with their own default settings and threads; every embedding is scored alone, by the
metrics of its stage.

To be fair to the other side too: it computes no scaled and no best-fitting distances between
diagrams, no loops and no fragments, fits no Gaussian process, checks nothing, and draws no report.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from gtda.diagrams import PairwiseDistance
from gtda.homology import VietorisRipsPersistence
from ruamel.yaml import YAML
from scipy.spatial import ConvexHull
from scipy.spatial.distance import pdist, squareform
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE, trustworthiness
from sklearn.metrics import silhouette_score
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from torch import nn

Array = np.ndarray
SECONDS: dict[str, float] = defaultdict(float)

#: Name here, name in giotto-tda, and its parameters.
WITH_GIOTTO = (
    ("bottleneck", "bottleneck", None),
    ("wasserstein_1", "wasserstein", {"p": 1}),
    ("wasserstein_2", "wasserstein", {"p": 2}),
)
OF_DIAGRAMS = {name for name, _, _ in WITH_GIOTTO} | {"sliced_wasserstein"}
OF_OUTER = {"nesting", "outer_inner_area_ratio", "outer_class_area_ratio"}


def union_find_edges(distances: Array) -> list[tuple[int, int]]:
    i, j = np.triu_indices_from(distances, 1)
    parents, edges = np.arange(len(distances)), []

    def find(node: int) -> int:
        if parents[node] != node:
            parents[node] = find(parents[node])
        return parents[node]

    for edge in np.argsort(distances[i, j], kind="stable"):
        a, b = find(i[edge]), find(j[edge])
        if a != b:
            parents[a] = b
            edges.append((i[edge], j[edge]))
    return edges


def plain_topological_loss(X: torch.Tensor, Z: torch.Tensor) -> torch.Tensor:
    X_distances, Z_distances = torch.cdist(X, X), torch.cdist(Z, Z)
    loss = torch.zeros(())
    for space in (X_distances, Z_distances):
        i, j = torch.tensor(union_find_edges(space.detach().numpy())).T
        loss = loss + (X_distances[i, j] - Z_distances[i, j]).square().sum() / 2
    return loss / len(X)


def make_network(widths: list[int]) -> nn.Sequential:
    layers: list[nn.Module] = []
    for n_in, n_out in pairwise(widths[:-1]):
        layers += [nn.Linear(n_in, n_out), nn.ReLU(), nn.BatchNorm1d(n_out)]
    return nn.Sequential(*layers, nn.Linear(widths[-2], widths[-1]))


def train_autoencoder(X_train: Array, X: Array, given: dict[str, Any], loss: Any) -> Array:
    widths = [X.shape[1], *given["hidden"], 2]
    encoder, decoder = make_network(widths), make_network(widths[::-1])
    parameters = [*encoder.parameters(), *decoder.parameters()]
    optimiser = torch.optim.Adam(parameters, lr=given["learning_rate"])
    points = torch.utils.data.TensorDataset(torch.tensor(X_train))
    batches = torch.utils.data.DataLoader(points, batch_size=given["batch_size"], shuffle=True)
    for _ in range(given["epochs"]):
        for (batch,) in batches:
            if len(batch) < 2:
                continue
            Z = encoder(batch)
            total = nn.functional.mse_loss(decoder(Z), batch)
            if "lam" in given:
                total = total + given["lam"] * loss(batch, Z)
            optimiser.zero_grad()
            total.backward()
            optimiser.step()
    encoder.eval()
    with torch.no_grad():
        return encoder(torch.tensor(X)).numpy().astype(np.float64)


def embed(method: str, given: dict[str, Any], X_train: Array, X: Array, seed: int, loss) -> Array:
    torch.manual_seed(seed)
    if method == "tsne":
        return TSNE(perplexity=given["perplexity"], random_state=seed).fit_transform(X)
    if method == "umap":
        import umap

        return umap.UMAP(n_neighbors=given["n_neighbors"], random_state=seed).fit_transform(X)
    if method == "pca":
        return PCA(2).fit(X_train).transform(X)
    if method == "random":
        return np.random.default_rng(seed).normal(size=(len(X), 2))
    return train_autoencoder(X_train, X, given, loss)


KL_WIDTHS = {"kl_0.01": 0.01, "kl_0.1": 0.1, "kl_1": 1.0}


def density(distances: Array, name: str) -> Array:
    sigma = KL_WIDTHS[name.replace("raw_", "")]
    if "raw" in name:
        found = np.exp(-(distances**2) / (2 * sigma**2)).sum(1)
    else:
        found = np.exp(-((distances / distances.max()) ** 2) / sigma).sum(1)
    return found / found.sum()


def divergence(X_distances: Array, Z_distances: Array, name: str) -> float:
    p, q = density(X_distances, name), density(Z_distances, name)
    return (p * np.log(p / q)).sum()


def sliced_wasserstein(D: Array, E: Array, n_directions: int = 200) -> float:
    total = 0.0
    D_diagonal, E_diagonal = (np.repeat(P.mean(1, keepdims=True), 2, axis=1) for P in (D, E))
    for angle in np.linspace(-np.pi / 2, np.pi / 2, n_directions, endpoint=False):
        direction = np.array([np.cos(angle), np.sin(angle)])
        left = np.sort(np.concatenate([D, E_diagonal]) @ direction)
        right = np.sort(np.concatenate([E, D_diagonal]) @ direction)
        total += np.abs(left - right).sum()
    return total / n_directions


def diagram_distances(X_distances: Array, Z_distances: Array, names: set[str]) -> dict:
    rips = VietorisRipsPersistence(metric="precomputed", homology_dimensions=(0,))
    diagrams = rips.fit_transform([X_distances, Z_distances])
    scores = {}
    for ours, theirs, order in WITH_GIOTTO:
        if ours in names:
            distance = PairwiseDistance(metric=theirs, metric_params=order)
            scores[ours] = float(distance.fit_transform(diagrams)[0, 1])
    if "sliced_wasserstein" in names:
        D, E = diagrams[0][:, :2], diagrams[1][:, :2]
        scores["sliced_wasserstein"] = sliced_wasserstein(D, E)
    return scores


def enclosure(Z: Array, y: Array, outer: int) -> dict[str, float]:
    hull = ConvexHull(Z[y != outer])
    inside = (hull.equations[:, :2] @ Z[y == outer].T + hull.equations[:, 2:] <= 0).all(axis=0)
    areas = [np.sqrt(np.linalg.det(np.cov(Z[mask].T))) for mask in (y == outer, y != outer)]
    return {"outside": 1 - inside.mean(), "area_ratio": areas[0] / areas[1]}


def score_embedding(
    X: Array, Z: Array, y: Array, outer: int | None, asked: Iterable[str]
) -> dict[str, float]:
    names = set(asked)
    X_distances, Z_distances = squareform(pdist(X)), squareform(pdist(Z))
    scores = local_scores(X, Z, names)
    if "rmse" in names:
        scores["rmse"] = np.sqrt(np.mean((X_distances - Z_distances) ** 2))
    if "distance_pearson" in names:
        pairs = np.triu_indices(len(X), 1)
        scores["distance_pearson"] = np.corrcoef(X_distances[pairs], Z_distances[pairs])[0, 1]
    for name in names:
        if name.startswith("kl_"):
            scores[name] = divergence(X_distances, Z_distances, name)
    if names & OF_DIAGRAMS:
        scores |= diagram_distances(X_distances, Z_distances, names)
    if "knn_accuracy" in names:
        voters = KNeighborsClassifier(5).fit(Z, y)
        votes = y[voters.kneighbors(return_distance=False)]
        scores["knn_accuracy"] = np.mean([np.bincount(v).argmax() for v in votes] == y)
    if "silhouette" in names:
        scores["silhouette"] = silhouette_score(Z, y)
    if outer is not None and names & OF_OUTER:
        scores |= enclosure(Z, y, outer)
    return scores


def local_scores(X: Array, Z: Array, names: set[str]) -> dict[str, float]:
    sizes = [k for k in range(10, 201, 10) if 2 * k < len(X)]
    scores = {}
    if "trustworthiness" in names:
        scores |= {f"trustworthiness {k}": trustworthiness(X, Z, n_neighbors=k) for k in sizes}
    if "trustworthiness_k5" in names:
        scores["trustworthiness_k5"] = trustworthiness(X, Z, n_neighbors=5)
    if "continuity" in names:
        # Trustworthiness with the spaces exchanged.
        scores |= {f"continuity {k}": trustworthiness(Z, X, n_neighbors=k) for k in sizes}
    return scores


def our_topological_loss() -> Any:
    from topo.nn.topological_loss import PaperTerm

    return PaperTerm()


class Study:
    def __init__(self, folder: Path) -> None:
        self.params = YAML(typ="safe").load((folder / "params.yaml").read_text())
        self.folder = folder
        self.n_embeddings = 0

    def load(self, dataset: str) -> tuple[Array, Array, int | None]:
        with np.load(self.folder / f"data/prepared/{dataset}.npz", allow_pickle=False) as stored:
            outer = int(stored["outer"])
            return stored["X"], stored["y"], None if outer < 0 else outer

    def hyperparameters(self, method: str, dataset: str) -> dict[str, Any]:
        given = dict(self.params["methods"][method])
        return {**given, **given.pop("per_dataset", {}).get(dataset, {})}

    def run(self, stage: str, dataset: str, method: str, changed: dict, split: int, seed: int):
        X, y, outer = self.load(dataset)
        rest, test = train_test_split(
            np.arange(len(X)), test_size=0.2, stratify=y, random_state=split
        )
        train, validation = train_test_split(
            rest, test_size=0.25, stratify=y[rest], random_state=split
        )
        rows = validation if stage == "tune" else test
        given = {**self.hyperparameters(method, dataset), **changed}
        started = time.perf_counter()
        Z = embed(method, given, X[train], X[rows], seed, plain_topological_loss)
        took = time.perf_counter() - started
        SECONDS[f"{stage} embeddings"] += took
        if "lam" in given:
            # The same once more, right afterwards, with the other loss.
            SECONDS["training with the plain loss"] += took
            started, processor = time.perf_counter(), time.process_time()
            embed(method, given, X[train], X[rows], seed, our_topological_loss())
            SECONDS["training with our loss"] += time.perf_counter() - started
            SECONDS["processor, training with our loss"] += time.process_time() - processor
        started = time.perf_counter()
        self.score(stage, X[rows], Z, y[rows], outer)
        SECONDS[f"{stage} scores"] += time.perf_counter() - started
        self.n_embeddings += 1

    def score(self, stage: str, X: Array, Z: Array, y: Array, outer: int | None) -> None:
        if stage == "tune":
            names = [self.params["tune"]["objective"]]
        else:
            names = self.params[stage]["metrics"]
        score_embedding(X, Z, y, outer, names)

    def tune(self) -> dict[tuple[str, str], dict[str, Any]]:
        trials = pd.read_csv(self.folder / "results/tune/trials.csv", keep_default_na=False)
        trials = trials[trials["status"] == "ok"].astype({"value": float})
        for each in trials.itertuples():
            changed = json.loads(each.hyperparameters)
            self.run("tune", each.dataset, each.method, changed, 0, each.trial)
        best = trials.sort_values("value").drop_duplicates(["dataset", "method"])
        return {(b.dataset, b.method): json.loads(b.hyperparameters) for b in best.itertuples()}

    def benchmark(self, chosen: dict[tuple[str, str], dict[str, Any]]) -> None:
        stage = self.params["benchmark"]
        for dataset in stage["datasets"]:
            source = self.params["tune"]["takes_from"].get(dataset, dataset)
            for method in stage["methods"]:
                changed = chosen.get((source, method), {})
                # Other draws of the data take as long as the first, which stands for them.
                for _, split, seed in self.places(dataset, is_random=method != "pca"):
                    self.run("benchmark", dataset, method, changed, split, seed)

    def places(self, dataset: str, *, is_random: bool) -> set[tuple[int, int, int]]:
        stage = self.params["benchmark"]
        given = {**stage, **stage.get("per_dataset", {}).get(dataset, {})}
        is_drawn = self.params["datasets"][dataset]["kind"] == "spheres"
        levels = given["crossed"]
        crossed = product(
            range(levels["draws"] if is_drawn else 1),
            range(levels["splits"]),
            range(levels["model_seeds"] if is_random else 1),
        )
        return {(is_drawn * r, r, 0) for r in range(given["repetitions"])} | set(crossed)

    def sweep(self) -> None:
        stage = self.params["sweep"]
        for dataset, own in stage["datasets"].items():
            for perplexity in own.get("perplexities", stage["perplexities"]):
                for split in range(own["repetitions"]):
                    self.run("sweep", dataset, "tsne", {"perplexity": perplexity}, split, 0)
        epochs = stage["epochs"]
        for n_epochs in epochs["values"]:
            for split in range(epochs["repetitions"]):
                self.run("sweep", epochs["dataset"], "topoae", {"epochs": n_epochs}, split, 0)


def main(folder: Path) -> dict[str, Any]:
    started, processor = time.perf_counter(), time.process_time()
    study = Study(folder)
    study.benchmark(study.tune())
    study.sweep()
    # What was trained a second time is no part of the script as it stands.
    plain = time.perf_counter() - started - SECONDS["training with our loss"]
    ours = plain - SECONDS["training with the plain loss"] + SECONDS["training with our loss"]
    processor = time.process_time() - processor - SECONDS.pop("processor, training with our loss")
    whole = {"whole": plain, "whole with our loss": ours, "processor": processor}
    return {**whole, "n_embeddings": study.n_embeddings, **SECONDS}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
