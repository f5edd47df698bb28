"""The command `score`, from files to files."""

from __future__ import annotations

import html
import math
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_rel
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness

from flows.__main__ import main
from flows.score import score as module
from flows.score.differences import Difference, differences
from topo.metrics import METRICS
from topo.metrics.evaluation import Score
from topo.scores import SCORES

ROOT = Path(__file__).parents[3]
ALL = {(m.name, m.dimension, m.scaling) for metrics in METRICS.values() for m in metrics}
N_POINTS = 60

DIGITS, CLASSES = load_digits(return_X_y=True)
X, LABELS = DIGITS[:N_POINTS], CLASSES[:N_POINTS]
Z = np.random.default_rng(0).normal(size=(N_POINTS, 2)) + 3 * LABELS[:, None]

pytestmark = pytest.mark.usefixtures("in_folder", "undrawn")


@pytest.fixture
def drawn() -> None:
    """Of a test that looks at the figures."""


@pytest.fixture
def undrawn(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures take most of the time: there are none where no test looks at them."""
    if "drawn" not in request.fixturenames:
        monkeypatch.setattr(module, "draw_scored", lambda *given, **names: [])


def save(**arrays: np.ndarray) -> None:
    for name, array in ({"X": X, "Z": Z, "y": LABELS} | arrays).items():
        np.save(f"{name}.npy", array)


def run(*options: str) -> pd.DataFrame:
    assert main(["score", "X.npy", "Z.npy", *options]) == 0
    return SCORES.read(Path("results/score/scores.csv"))


def value(frame: pd.DataFrame, method: str, metric: str, scaling: str = "raw") -> float:
    rows = frame.query("method == @method and metric == @metric and scaling == @scaling")
    return float(rows["value"].item())


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, Path]:
    """Scores of the embedding with labels, and the folder of the page."""
    folder = tmp_path_factory.mktemp("scored")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        save()
        return run("--labels", "y.npy"), folder / "results/score"


def test_every_metric_has_a_row_for_the_embedding_and_every_control(scored) -> None:
    frame, _ = scored
    for method in ("Z.npy", "pca", "random"):
        rows = frame[frame["method"] == method]
        found = {
            (row.metric, None if pd.isna(row.dimension) else row.dimension, row.scaling)
            for row in rows.itertuples()
        }
        assert found == ALL
        assert len(rows) == len(ALL)
    assert set(frame["dataset"]) == {"X.npy"}
    assert set(frame["stage"]) == {"score"}


def test_what_has_no_number_has_its_reason(scored) -> None:
    frame, _ = scored
    missing = frame[frame["status"] != "ok"]
    reasons = dict(zip(missing["metric"], missing["reason"], strict=True))
    assert reasons["tsne_kl"] == "needs the final value of the method's own objective"
    assert reasons["nesting"] == "needs a class that encloses the others"
    own = missing[missing["method"] == "Z.npy"].set_index("metric")["reason"]
    assert own["reconstruction_error"] == "needs a decoder"
    assert math.isfinite(value(frame, "pca", "reconstruction_error"))


def test_values_are_those_of_independent_implementations(scored) -> None:
    frame, _ = scored
    assert value(frame, "Z.npy", "trustworthiness_k5") == pytest.approx(
        # Pixels are whole numbers: of equally near points each side takes others first.
        trustworthiness(X, Z, n_neighbors=5),
        abs=1e-3,
    )
    plane = PCA(2, svd_solver="full").fit_transform(X)
    distances = [np.linalg.norm(each[:, None] - each, axis=2) for each in (X, plane)]
    assert value(frame, "pca", "rmse") == pytest.approx(
        np.sqrt(np.mean((distances[0] - distances[1]) ** 2))
    )


def test_the_control_as_embedding_scores_as_the_control() -> None:
    save(Z=PCA(2, svd_solver="full").fit_transform(X))
    frame = run()
    for metric in ("trustworthiness", "rmse", "kl_0.1", "bottleneck"):
        assert value(frame, "Z.npy", metric) == pytest.approx(value(frame, "pca", metric))


def test_terminal_shows_the_table_and_where_the_files_are(capsys) -> None:
    save()
    frame = run("--labels", "y.npy")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == ("Z.npy as an embedding of X.npy: 60 points, 64 → 2 dimensions, 10 classes.")
    assert all(len(line) <= 110 for line in lines)
    (header,) = (line for line in lines if line.endswith("Empty diagram"))
    assert header.split() == ["Z.npy", "PCA", "Random", "Empty", "diagram"]
    (row,) = (line for line in lines if line.startswith("Trustworthiness ↑"))
    shown = [float(number.strip("¹")) for number in row.split()[2:-1]]
    expected = [value(frame, name, "trustworthiness") for name in ("Z.npy", "pca", "random")]
    assert shown == pytest.approx(expected, abs=5e-5)
    assert row.split()[-1] == "–"
    (row,) = (line for line in lines if line.startswith("Bottleneck distance ↓"))
    assert float(row.split()[-1]) == pytest.approx(
        value(frame, "pca", "bottleneck", "empty"), rel=1e-3
    )
    assert "– t-SNE's own KL (Z.npy, PCA, Random): not applicable, needs the final" in str(lines)
    assert lines[-1] == (
        "results/score/scores.csv has every number, results/score/score.html the figures too."
    )


def test_page_has_every_line_and_two_figures(scored) -> None:
    _, folder = scored
    page = (folder / "score.html").read_text()
    assert "<h1>Z.npy as an embedding of X.npy</h1>" in page
    assert page.count('src="data:image/png;base64,') == 2
    assert len(re.findall('<th scope="row">', page)) == len([m for m in ALL if m[2] != "empty"])
    assert "needs a decoder" in page
    assert not re.search(r"(src|href)=\"(?!data:|#)", page)


def test_the_same_arrays_give_the_same_files(scored, drawn) -> None:
    _, folder = scored
    save()
    assert main(["score", "X.npy", "Z.npy", "--labels", "y.npy", "--out", "again/deep"]) == 0
    for name in ("scores.csv", "score.html"):
        assert Path("again/deep", name).read_bytes() == (folder / name).read_bytes()


@pytest.mark.parametrize("n_columns", [1, 3])
def test_embeddings_that_are_not_plane(n_columns: int, drawn) -> None:
    save(Z=np.hstack([Z, Z[:, :1] ** 2])[:, :n_columns])
    frame = run()
    assert math.isfinite(value(frame, "Z.npy", "trustworthiness"))
    words = {1: "a line, beside the controls", 3: "first two principal components, beside"}
    assert words[n_columns] in Path("results/score/score.html").read_text()


def test_control_that_cannot_embed_says_why() -> None:
    save(X=X[:, 20:21])
    frame = run()
    rows = frame[frame["method"] == "pca"]
    assert set(rows["status"]) == {"not applicable"}
    assert "this method needs at least 2 features, got 1" in rows["reason"].iloc[0]
    assert math.isfinite(value(frame, "random", "trustworthiness"))


@pytest.mark.parametrize("n", [2, 3, 12])
def test_few_points_have_the_metrics_that_they_allow(n: int) -> None:
    save(X=X[:n], Z=Z[:n], y=LABELS[:n])
    frame = run("--labels", "y.npy")
    assert math.isfinite(value(frame, "Z.npy", "rmse"))
    row = frame.query("method == 'Z.npy' and metric == 'trustworthiness'").iloc[0]
    assert row["status"] == "failed"
    assert f"need at least 21 points, got {n}" in row["reason"]


def test_names_are_text_in_the_page(drawn) -> None:
    save()
    Path("Z.npy").rename("<b>Z&.npy")
    assert main(["score", "X.npy", "<b>Z&.npy"]) == 0
    page = Path("results/score/score.html").read_text()
    assert "<h1>&lt;b&gt;Z&amp;.npy as an embedding" in page
    assert "<b>" not in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"Z": Z[:-1]}, "row i of X.npy and of Z.npy must be the same point, got 60 and 59 rows"),
        ({"X": X[0]}, "X.npy: points must have two axes"),
        ({"Z": Z * np.inf}, "Z.npy: points must be finite, got"),
        ({"y": LABELS / 2}, "y.npy: classes must be names or whole numbers, got 0.5"),
        ({"Z": Z[:1], "X": X[:1]}, "X.npy: a comparison needs at least 2 points, got 1"),
        (
            {"Z": Z * 1e200},
            "embedding: squared distances between points overflow: coordinates reach",
        ),
    ],
)
def test_bad_arrays_are_one_line_and_write_nothing(change, words: str, capsys) -> None:
    save(**change)
    assert main(["score", "X.npy", "Z.npy", "--labels", "y.npy"]) == 1
    printed = capsys.readouterr().err
    assert printed.startswith(f"error: {words}")
    assert printed.count("\n") == 1
    assert not Path("results/score/scores.csv").exists()


def test_missing_file_is_one_line(capsys) -> None:
    assert main(["score", "X.npy", "Z.npy"]) == 1
    assert capsys.readouterr().err.startswith("error: X.npy is missing or no file: give the path")


def test_folder_that_cannot_be_written_is_named_before_anything_is_computed(
    monkeypatch, capsys
) -> None:
    save()
    Path("taken").write_text("a file where the folder should be")
    monkeypatch.setattr(module, "compare_with_controls", lambda *given, **names: 1 / 0)
    assert main(["score", "X.npy", "Z.npy", "--out", "taken/here"]) == 1
    words = "error: taken/here must be a folder that can be written, but "
    assert capsys.readouterr().err.startswith(words)


def test_more_points_than_memory_are_refused_before_anything_is_computed(
    monkeypatch, capsys
) -> None:
    save()
    monkeypatch.setattr(module, "free_memory", lambda: 100_000)
    monkeypatch.setattr(module, "compare_with_controls", lambda *given, **names: 1 / 0)
    assert main(["score", "X.npy", "Z.npy"]) == 1
    printed = capsys.readouterr().err
    assert printed.startswith("error: X.npy: comparing 60 points takes about ")
    most = int(re.search(r"at most (\d+) of them drawn at random", printed)[1])
    assert module.bytes_to_compare(most) <= 100_000 < module.bytes_to_compare(most + 1)


def test_no_service_is_imported() -> None:
    save()
    program = (
        "import sys; from flows.__main__ import main; status = main(['score', 'X.npy', 'Z.npy']);"
        "print(status, {'ray', 'prefect', 'dvc', 'torch'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines()[-1] == "0 set()", done.stderr


def test_more_points_than_the_sample_are_scored_by_subsamples(capsys) -> None:
    save()
    frame = run("--labels", "y.npy", "--sample", "25")
    printed = capsys.readouterr().out
    assert "Every number is a mean over 2 disjoint random subsamples of 25 of the 60" in printed
    assert set(frame["split"]) == {0, 1}
    means = pd.read_csv("results/score/estimates.csv").query("method == 'Z.npy'")
    of_rmse = frame.query("method == 'Z.npy' and metric == 'rmse'")["value"]
    (row,) = means.query("metric == 'rmse'").itertuples()
    assert row.mean == pytest.approx(of_rmse.mean())
    assert row.standard_error == pytest.approx(abs(of_rmse.iloc[0] - of_rmse.iloc[1]) / 2)
    assert (row.n_samples, row.n_points, row.n_all) == (2, 25, 60)
    assert "disjoint random subsamples" in Path("results/score/score.html").read_text()


def test_a_sample_of_all_points_changes_nothing(scored) -> None:
    save()
    pd.testing.assert_frame_equal(run("--labels", "y.npy", "--sample", "60"), scored[0])
    assert not Path("results/score/estimates.csv").exists()


def test_samples_that_do_not_fit_are_refused(capsys) -> None:
    save()
    assert main(["score", "X.npy", "Z.npy", "--sample", "31"]) == 1
    assert "of 60 points --sample can be at most 30, got 31" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["score", "X.npy", "Z.npy", "--sample", "20"])
    assert "must be a whole number of at least 21, got '20'" in capsys.readouterr().err


FILES = ("X.npy", "Z.npy")


def judgement(capsys) -> str:
    """Return what is said of Z.npy in the terminal, without its line breaks."""
    said = " ".join(capsys.readouterr().out.split())
    return re.search(r"Z\.npy: (?:good|between|bad|no number)[^;]*(?:; [^;]*)*?\.(?= )", said)[0]


def test_page_and_terminal_say_what_is_good_and_what_is_bad(capsys) -> None:
    save(Z=PCA(2).fit_transform(X) + 0.01 * Z, W=Z)
    run("--labels", "y.npy")
    sentence = judgement(capsys)
    assert "between PCA and Random in" in sentence or "good, better than PCA and Random" in sentence
    assert "neighbourhoods (trustworthiness) 0." in sentence
    page = Path("results/score/score.html").read_text()
    assert sentence in page


def test_random_points_are_said_to_be_bad(capsys) -> None:
    save(Z=np.random.default_rng(5).permutation(PCA(2).fit_transform(X)))
    run()
    sentence = judgement(capsys)
    assert re.search(r"(bad, no better than PCA and Random|between PCA and Random)", sentence)
    assert "no number for classes (nearest-neighbour accuracy)" in sentence


def test_several_embeddings_are_compared_over_subsamples(capsys) -> None:
    rng = np.random.default_rng(0)
    wide = rng.normal(size=(150, 6)) * [9, 5, 1, 1, 1, 1]
    save(X=wide, Z=wide[:, :2], W=rng.normal(size=(150, 2)))
    assert main(["score", "X.npy", "Z.npy", "W.npy"]) == 0
    frame = pd.read_csv("results/score/differences.csv")
    assert set(frame["metric"]) == {
        "trustworthiness", "distance_pearson", "kl_0.1", "sliced_wasserstein",
    }  # fmt: skip
    (row,) = frame[frame["metric"] == "trustworthiness"].itertuples()
    assert (row.first, row.second, row.n_samples, row.better) == ("Z.npy", "W.npy", 5, "Z.npy")
    assert row.mean > row.half_width > 0
    scores = SCORES.read(Path("results/score/scores.csv"))
    assert list(scores["method"].unique()) == ["Z.npy", "W.npy", "pca", "random"]
    out = " ".join(capsys.readouterr().out.split())
    assert "over 5 disjoint subsamples of 30 points: Z.npy is better (p = " in out


def test_too_few_points_for_an_interval_are_said(capsys) -> None:
    save(W=-Z)
    assert main(["score", "X.npy", "Z.npy", "W.npy"]) == 0
    words = "Differences have no interval: 5 subsamples of 21 points need 105, got 60."
    assert words in capsys.readouterr().out
    assert not Path("results/score/differences.csv").exists()


def test_differences_of_equal_embeddings_are_none() -> None:
    wide = np.random.default_rng(0).normal(size=(120, 4))
    save(X=wide, Z=wide[:, :2], W=wide[:, :2])
    assert main(["score", "X.npy", "Z.npy", "W.npy"]) == 0
    frame = pd.read_csv("results/score/differences.csv")
    assert set(frame["mean"]) == {0.0}
    assert frame["better"].isna().all()


def test_differences_are_corrected_for_each_other() -> None:
    """What two embeddings show alone, they need not show beside a third."""
    values = {
        "Z": [0.70, 0.71, 0.69, 0.70, 0.72],
        "W": [0.71, 0.73, 0.70, 0.72, 0.72],
        "V": [0.70, 0.72, 0.70, 0.69, 0.72],
    }

    def found(*names: str) -> dict[tuple[str, str], Difference]:
        scores = {name: [[_trustworthiness(each)] for each in values[name]] for name in names}
        return {(each.first, each.second): each for each in differences(scores)}

    alone, beside = found("Z", "W"), found("Z", "W", "V")
    raw = {pair: ttest_rel(values[pair[0]], values[pair[1]]).pvalue for pair in beside}
    assert (alone["Z", "W"].better, beside["Z", "W"].better) == ("W", "")
    assert alone["Z", "W"].p_value == pytest.approx(raw["Z", "W"])
    assert min(raw, key=raw.__getitem__) == ("Z", "W")
    assert beside["Z", "W"].p_value == pytest.approx(3 * raw["Z", "W"])


def _trustworthiness(value: float) -> Score:
    return Score("trustworthiness", None, "raw", value, "ok", "")


def test_a_file_with_the_name_of_a_control_is_another_column() -> None:
    save(pca=Z)
    assert main(["score", "X.npy", "pca.npy"]) == 0
    frame = SCORES.read(Path("results/score/scores.csv"))
    assert list(frame["method"].unique()) == ["pca.npy", "pca", "random"]
    assert value(frame, "pca.npy", "rmse") != value(frame, "pca", "rmse")


def test_density_without_neighbours_has_no_value_and_a_reason() -> None:
    """Points 1,000 apart: on raw distances no kernel reaches from one to another."""
    grid = 1000.0 * np.stack(np.meshgrid(np.arange(6.0), np.arange(10.0)), axis=-1).reshape(60, 2)
    save(X=np.hstack([grid, grid]), Z=grid)
    frame = run()
    row = frame.query("method == 'Z.npy' and metric == 'kl_raw_1'").iloc[0]
    assert row["status"] == "not applicable"
    assert row["reason"] == (
        "within σ = 1 no point of the input and of the embedding has a neighbour, so that the "
        "density is the same everywhere"
    )
    assert math.isfinite(value(frame, "Z.npy", "kl_0.1"))


def test_equal_distances_leave_nothing_to_keep() -> None:
    """As of one-hot codes: wherever their images lie, ranks and correlations are the same."""
    save(X=np.eye(N_POINTS), Z=1e-6 * Z)
    frame = run().query("method == 'Z.npy'").set_index(["metric", "scaling"])
    for metric in ("trustworthiness", "continuity", "distance_pearson", "nts_m"):
        assert frame.loc[(metric, "raw"), "reason"] == "all distances in the input are equal"
    assert frame.loc[("kl_1", "raw"), "reason"] == (
        "beside σ = 1 all distances in the input are alike, so that the density is the same "
        "everywhere"
    )
    assert "in the input and in the embedding are" in frame.loc[("kl_raw_1", "raw"), "reason"]
    assert math.isfinite(frame.loc[("rmse", "raw"), "value"])


def test_equal_images_have_no_correlation_and_the_mean_over_all_orders() -> None:
    labels = np.repeat(np.arange(3), 20)
    points = np.random.default_rng(0).normal(size=(60, 5)) + 20 * labels[:, None]
    save(X=points, Z=np.zeros((60, 2)), y=labels)
    frame = run("--labels", "y.npy")
    assert value(frame, "Z.npy", "trustworthiness") == pytest.approx(0.5426375605615072, abs=1e-15)
    row = frame.query("method == 'Z.npy' and metric == 'distance_pearson'").iloc[0]
    assert row["reason"] == "all distances in the embedding are equal"
    order = np.random.default_rng(1).permutation(60)
    save(X=points[order], Z=np.zeros((60, 2)), y=labels[order])
    again = run("--labels", "y.npy")
    for metric in ("trustworthiness", "continuity", "knn_accuracy"):
        assert value(again, "Z.npy", metric) == pytest.approx(value(frame, "Z.npy", metric))


def test_distances_instead_of_points(capsys) -> None:
    distances = np.linalg.norm(X[:, None] - X, axis=2)
    save()
    expected = run("--labels", "y.npy")
    capsys.readouterr()
    save(X=distances)
    frame = run("--labels", "y.npy", "--distances")
    for metric in ("trustworthiness", "rmse", "kl_0.1", "bottleneck", "knn_accuracy"):
        assert value(frame, "Z.npy", metric) == pytest.approx(value(expected, "Z.npy", metric))
        if metric != "kl_0.1":
            assert math.isfinite(value(frame, "random", metric))
    of_pca = frame.query("method == 'pca'")
    assert set(of_pca["status"]) == {"not applicable"}
    assert set(of_pca["reason"]) == {"needs coordinates, and distances were given"}
    assert " PCA " not in judgement(capsys)


def test_classes_by_name_and_the_enclosing_one(drawn, capsys) -> None:
    rng = np.random.default_rng(0)
    angles = rng.uniform(0, 2 * np.pi, 60)
    radii = np.repeat([5.0, 1.0, 1.0], 20) + rng.normal(0, 0.1, 60)
    plane = np.column_stack([radii * np.cos(angles), radii * np.sin(angles)])
    names = np.repeat(["<script>alert(1)</script>", "$in$", "_b"], 20)
    save(X=np.hstack([plane, plane]), Z=plane, y=names)
    frame = run("--labels", "y.npy", "--outer", "<script>alert(1)</script>")
    assert value(frame, "Z.npy", "nesting") > 0.5
    assert "<script>alert" not in Path("results/score/score.html").read_text()
    assert main(["score", *FILES, "--labels", "y.npy", "--outer", "zz"]) == 1
    assert "no class is called 'zz'" in capsys.readouterr().err


def test_every_metric_is_defined_where_it_stands(scored) -> None:
    page = (scored[1] / "score.html").read_text()
    for metric in (each for metrics in METRICS.values() for each in metrics):
        assert metric.meaning in html.unescape(page)
