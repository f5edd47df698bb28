from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dvc.utils.serialize import loads_yaml

from topo.methods import METHODS
from topo.params import ParamsError, load_params, parse_params
from topo.plan import FIRST_OF_TUNING, plan_benchmark, plan_loops, plan_sweep, plan_trial
from topo.splits import Split

ROOT = Path(__file__).parents[3]
REPOSITORY = loads_yaml((ROOT / "params.yaml").read_text())


@pytest.fixture
def given() -> dict[str, Any]:
    return copy.deepcopy(REPOSITORY)


def test_the_repository_parameters_are_valid() -> None:
    params = load_params(ROOT / "params.yaml")
    assert params.methods["ae"].on("mnist").hidden == (1000, 500, 250)
    assert params.methods["ae"].on("spheres").hidden == (32, 32)
    assert params.datasets["spheres_2x"].n_points == 15_000


def test_two_datasets_of_one_kind_under_names_of_ones_own(given: dict[str, Any]) -> None:
    for name, seed in (("small_spheres", 1), ("again", 2)):
        small = {**given["datasets"]["spheres"], "n_outer": 500, "n_points_per_inner": 50}
        given["datasets"][name] = {**small, "seed": seed}
        given["benchmark"]["datasets"].append(name)
    given["benchmark"]["methods"] = ["pca"]
    params = parse_params(given)
    assert [params.datasets[name].seed for name in ("small_spheres", "again")] == [1, 2]
    assert {job.dataset for job in plan_benchmark(params, {})} >= {"small_spheres", "again"}


def test_a_file_from_before_there_were_kinds_gets_the_lines_to_add(given: dict[str, Any]) -> None:
    for dataset in given["datasets"].values():
        del dataset["kind"]
    lines = (
        "add the line `kind: spheres` to spheres, `kind: spheres` to spheres_2x, `kind: mnist` to "
        "mnist, `kind: digits` to digits"
    )
    with pytest.raises(ParamsError, match=lines):
        parse_params(given)


def set_at(given: dict[str, Any], place: str, value: object) -> None:
    *parents, last = place.split(".")
    for name in parents:
        given = given[name]
    given[last] = value


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        (
            "benchmark.methods",
            ["tnse"],
            "unknown method 'tnse' (did you mean 'tsne'?); valid: tsne",
        ),
        (
            "benchmark.datasets",
            ["cubes"],
            "benchmark.datasets: unknown dataset 'cubes'; valid: spheres, spheres_2x",
        ),
        ("datasets.spheres.kind", "sphres", "unknown kind 'sphres' (did you mean 'spheres'?)"),
        ("datasets.spheres.kind", 3, "unknown kind 3; valid: spheres, mnist, "),
        ("datasets.New", {"kind": "digits"}, "up to 40 small letters, digits and _, a letter"),
        ("datasets.digits", {}, "add the line `kind: digits` to digits"),
        ("datasets.cubes", {}, "add the line `kind: (spheres | mnist | "),
        (
            "benchmark.leave_out",
            {"mnits": ["tsne"]},
            "benchmark.leave_out: unknown dataset 'mnits' (did you mean 'mnist'?)",
        ),
        ("benchmark.leave_out", {"mnist": ["tnse"]}, "unknown method 'tnse' (did you mean"),
        (
            "benchmark.leave_out",
            {"digits": list(METHODS)},
            "benchmark: leave_out: no method is left to run on digits: leave fewer of them out",
        ),
        ("benchmark.metrics", ["rsme"], "unknown metric 'rsme' (did you mean 'rmse'?); valid: "),
        ("benchmark.methods", ["tsne", "tsne"], "named more than once: tsne"),
        ("benchmark.methods", [], "benchmark.methods: Tuple should have at least 1 item"),
        (
            "benchmark.repetitions",
            0,
            "benchmark.repetitions: Input should be greater than or equal",
        ),
        (
            "benchmark.repetitions",
            1,
            "benchmark: crossed.draws must be at most repetitions, got 2 of 1: lower it or raise",
        ),
        (
            "benchmark.per_dataset.spheres",
            {"repetitions": 1},
            "benchmark: per_dataset.spheres.crossed.draws must be at most repetitions, got 2 of 1",
        ),
        (
            "benchmark.per_dataset",
            {"mnits": {"repetitions": 7}},
            "benchmark.per_dataset: unknown dataset 'mnits' (did you mean 'mnist'?)",
        ),
        (
            "benchmark.second_best",
            6,
            "benchmark: second_best must be at most repetitions, which it is compared in, got 6 of 5",
        ),
        (
            "tune.fewer",
            {"digits": {"tsne": {"n_trials": 5}}},
            "tune: fewer: tsne is not tuned on digits: name it in search, or leave it out there",
        ),
        ("tune.fewer.mnist.umap.judged_again", 0, "tune: fewer.mnist.umap.judged_again: Input sho"),
        ("benchmark.repetition", 5, "benchmark.repetition: unknown key; check its spelling"),
        ("benchmrk", {}, "benchmrk: unknown key; check its spelling"),
        (
            "methods.tsne.perplexity",
            2000.0,
            "perplexity 2000 needs more than 2000 points, got 2000",
        ),
        (
            "datasets.spheres.n_points_per_inner",
            2,
            "datasets.spheres: each class needs at least 3 members to be in training, validation and test points, the smallest has 2: raise",
        ),
        ("datasets.spheres_2x.n_outer", 1, "datasets.spheres_2x: each class needs at least 3"),
        ("methods.tsne.perplexity", -1, "tsne.perplexity: Input should be greater than 0, got -1"),
        (
            "methods.umap.n_neighbors",
            5000,
            "umap on spheres: UMAP with n_neighbors 5000 needs more than 5000 points, got 2000",
        ),
        ("methods.topoae.lam", -0.5, "topoae.lam: Input should be greater than or equal to 0"),
        ("methods.topoae.lamda", 1, "topoae.lamda: unknown key; check its spelling"),
        (
            "methods.ae.per_dataset",
            {"mnits": {}},
            "unknown dataset 'mnits' (did you mean 'mnist'?)",
        ),
        ("methods.ae.per_dataset", {"mnist": {"epochs": 0}}, "ae.per_dataset.mnist.epochs: "),
        (
            "tune.search.spheres.tsne.perplexity",
            [50, 5],
            "must rise from its low to its high end, got [50, 5]",
        ),
        (
            "tune.search.spheres.tsne.perplexity",
            [5, 5],
            "must rise from its low to its high end, got [5, 5]",
        ),
        ("tune.search.spheres.tsne.perplexity", [], "tune.search.spheres.tsne.perplexity"),
        (
            "tune.search.spheres.umap.n_neighbors",
            [15, 5000],
            "tune.search.spheres.umap: umap on spheres: UMAP with n_neighbors 5000",
        ),
        (
            "tune.search.spheres.tsne",
            {"perplexty": [5, 50]},
            "unknown hyperparameter of tsne 'perplexty'",
        ),
        (
            "tune.search.spheres.tsne",
            {},
            "spheres.tsne has no hyperparameter to search: give one a range, or leave tsne out",
        ),
        ("tune.search.spheres", {}, "spheres has no method to tune: name one, or leave it out"),
        ("tune.n_trials", 0, "tune.n_trials: Input should be greater than or equal to 1, got 0"),
        ("tune.n_startup_trials", 13, "n_startup_trials must be at most n_trials, got 13 of 12"),
        ("tune.objective", "bottleneck", "bottleneck cannot be optimised"),
        (
            "tune.takes_from",
            {"digits": "spheres_2x"},
            "digits must not be tuned itself, and spheres_2x",
        ),
        (
            "sweep.perplexities",
            [5, 2000],
            "sweep.perplexities: tsne on spheres: perplexity 2000 needs more than 2000 points, got 2000: lower the perplexity or",
        ),
        (
            "sweep.perplexities",
            [5, 30, 5.0000001],
            "sweep.perplexities: each number must have a name of its own in six digits, got 5.0 and 5.0000001, both named 5: leave one out",
        ),
        ("sweep.perplexities", [5, 5], "sweep.perplexities: each number must have a name of its"),
        (
            "sweep.datasets",
            {"spheres": {"repetitions": 1, "perplexities": [750, 750.0001]}},
            "sweep.datasets.spheres.perplexities: each number must have a name of its own",
        ),
        (
            "sweep.epochs.values",
            [1000000, 1000001],
            "sweep.epochs.values: each number must have a name of its own in six digits",
        ),
        ("sweep.perplexities", [], "sweep.perplexities: Tuple should have at least 1 item"),
        (
            "sweep.datasets",
            {"cubes": {"repetitions": 1}},
            "sweep.datasets: unknown dataset 'cubes'",
        ),
        (
            "theory.experiments",
            {"figure_5": {}},
            "unknown experiment 'figure_5' (did you mean 'figure_4'",
        ),
        (
            "loops.datasets.k4.methods",
            ["topoae_h2"],
            "loops.datasets.k4.methods: unknown method 'topoae_h2' (did you mean 'topoae_h1'",
        ),
        (
            "loops.datasets.k4.methods",
            ["mmae"],
            "loops: datasets.k4.methods: unknown method 'mmae'",
        ),
        ("loops.datasets", {"k6": {"methods": ["pca"], "repetitions": 1}}, "unknown dataset 'k6'"),
        ("loops.methods.topoae_h1", {"lam": -1.0}, "loops.methods: topoae_h1.lam: Input should be"),
        ("loops.methods.tsne.perplexity", 100, "tsne on twist: perplexity 100 needs more than"),
        (
            "datasets.three_clusters.sizes",
            [5000, 200, 500],
            "loops.datasets: topoae on three_clusters: loops are those of all points, at most "
            "sampling.above, 5000, got 5700",
        ),
        ("split.fractions.test", 0.3, "must sum to 1, got 0.6 + 0.2 + 0.3"),
        (
            "sampling.n_points",
            1001,
            "sampling: 5 disjoint subsamples of 1001 points must fit among 5000 points, got 5005",
        ),
        ("sampling.n_points", 20, "sampling.n_points: Input should be greater than or equal to 21"),
        (
            "datasets.spheres.n_outer",
            100_000,
            "tsne on spheres: t-SNE of all pairs takes at most 10,000 points, got 21,000: use "
            "tsne_barnes_hut in its place",
        ),
        ("datasets.spheres.dimension", 0, "spheres.dimension: Input should be greater than"),
        ("datasets.mnist.n_images", 10_001, "n_images must be at most 10000"),
        ("datasets.mnist", None, "add the line `kind: mnist` to mnist"),
    ],
)
def test_fault_is_named_with_its_place(
    given: dict[str, Any], place: str, value: object, words: str
) -> None:
    set_at(given, place, value)
    with pytest.raises(ParamsError) as caught:
        parse_params(given)
    assert words in str(caught.value)


def test_a_range_must_fit_those_who_take_its_values(given: dict[str, Any]) -> None:
    given["datasets"]["spheres_2x"] |= {"n_points_per_inner": 20, "n_outer": 200}
    words = (
        "tune.search.spheres.umap, taken over by spheres_2x: umap on spheres_2x: UMAP with "
        "n_neighbors 500 needs more than 500 points, got 80"
    )
    with pytest.raises(ParamsError, match=words):
        parse_params(given)


def test_a_range_must_fit_the_test_points_too(given: dict[str, Any]) -> None:
    given["datasets"]["spheres"] |= {"n_points_per_inner": 100, "n_outer": 1000}
    given["benchmark"]["datasets"] = ["mnist"]
    given["sweep"]["perplexities"] = [5]
    given["split"]["fractions"] = {"train": 0.5, "validation": 0.3, "test": 0.2}
    with pytest.raises(ParamsError, match="n_neighbors 500 needs more than 500 points, got 400"):
        parse_params(given)


def test_stage_may_only_name_what_is_described(given: dict[str, Any]) -> None:
    del given["methods"]["umap"]
    with pytest.raises(ParamsError, match=r"benchmark names 'umap', which methods does not"):
        parse_params(given)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "must map stages to parameters, got NoneType"),
        ("- 1\n", "must map stages to parameters, got list"),
        ("datasets: [\n", "is not valid YAML"),
        ("split: {}\nsplit: {}\n", "key 'split' stands twice in the mapping at line 1"),
        ("a: !!python/object/apply:os.system [ls]\n", "is not valid YAML"),
    ],
)
def test_unusable_file_is_one_error(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(text)
    with pytest.raises(ParamsError, match=words):
        load_params(path)


def test_missing_file_says_where_to_run() -> None:
    with pytest.raises(ParamsError, match="run from the project's folder"):
        load_params(Path("nowhere/params.yaml"))


def test_plan_pairs_all_methods_on_the_same_splits(given: dict[str, Any]) -> None:
    crossed = {"draws": 2, "splits": 2, "model_seeds": 2}
    given["benchmark"] |= {"datasets": ["digits", "spheres"], "repetitions": 3, "crossed": crossed}
    given["benchmark"]["per_dataset"] = {}
    jobs = plan_benchmark(parse_params(given), {})

    def places(dataset: str, method: str) -> list[tuple[int, int, int]]:
        mine = [job for job in jobs if (job.dataset, job.method_name) == (dataset, method)]
        return [(job.draw, job.split, job.model_seed) for job in mine]

    assert places("digits", "tsne") == [(0, 0, 0), (0, 1, 0), (0, 2, 0), (0, 0, 1), (0, 1, 1)]
    # Principal components have no seed to vary.
    assert places("digits", "pca") == [(0, 0, 0), (0, 1, 0), (0, 2, 0)]
    # Every repetition draws its data; the first two draws are crossed with their first two splits.
    drawn = [(0, 0, 0), (1, 1, 0), (2, 2, 0), (0, 1, 0), (1, 0, 0)]
    assert places("spheres", "pca") == drawn
    assert set(places("spheres", "tsne")) == {
        *drawn,
        *((draw, split, 1) for draw in (0, 1) for split in (0, 1)),
    }
    assert len({job.seed for job in jobs}) == len({job.name for job in jobs}) == len(jobs)


def test_methods_are_left_out_on_the_datasets_that_say_so(given: dict[str, Any]) -> None:
    given["benchmark"] |= {
        "datasets": ["digits", "mnist"],
        "methods": ["pca", "topomap"],
        "leave_out": {"mnist": ["topomap"]},
    }
    pairs = [("digits", "pca"), ("digits", "topomap"), ("mnist", "pca")]
    assert planned(given) == pairs
    given["benchmark"]["leave_out"]["mnist"] = []
    assert planned(given) == [*pairs, ("mnist", "topomap")]
    del given["benchmark"]["leave_out"]
    assert planned(given) == [*pairs, ("mnist", "topomap")]


def planned(given: dict[str, Any]) -> list[tuple[str, str]]:
    jobs = plan_benchmark(parse_params(given), {})
    return list(dict.fromkeys((job.dataset, job.method_name) for job in jobs))


def test_adding_a_repetition_keeps_the_others(given: dict[str, Any]) -> None:
    before = set(plan_benchmark(parse_params(given), {}))
    given["benchmark"]["repetitions"] += 1
    added = set(plan_benchmark(parse_params(given), {})) - before
    assert {(job.split, job.model_seed) for job in added} == {(5, 0)}
    assert before < set(plan_benchmark(parse_params(given), {}))


def test_chosen_values_replace_those_of_the_file(given: dict[str, Any]) -> None:
    params = parse_params(given)
    chosen = {"spheres": {"tsne": {"perplexity": 17.5}}}
    jobs = plan_benchmark(params, chosen)
    perplexities = {
        dataset: {
            job.method.model_dump()["perplexity"]
            for job in jobs
            if (job.dataset, job.method_name) == (dataset, "tsne")
        }
        for dataset in ("spheres", "spheres_2x", "digits")
    }
    # spheres_2x takes the values of spheres; digits is not tuned.
    assert perplexities == {"spheres": {17.5}, "spheres_2x": {17.5}, "digits": {30.0}}


def test_sweep_changes_one_hyperparameter_and_keeps_the_seed(given: dict[str, Any]) -> None:
    jobs = plan_sweep(parse_params(given))
    tsne = [job for job in jobs if (job.dataset, job.method_name) == ("spheres", "tsne")]
    assert len(tsne) == 3 * len(given["sweep"]["perplexities"])
    assert len({job.seed for job in tsne}) == 3
    assert "spheres draw 2/tsne perplexity 750/split 2" in {job.name for job in tsne}
    mnist = {job.variant for job in jobs if job.dataset == "mnist"}
    assert mnist == {f"perplexity {value}" for value in (5, 30, 50, 200, 750)}


def test_loops_are_of_all_points_and_draws_of_their_own(given: dict[str, Any]) -> None:
    given["loops"]["datasets"]["k4"] = {"methods": ["topoae_h1", "pca"], "repetitions": 3}
    given["loops"]["datasets"]["twist"] = {"methods": ["ae"], "repetitions": 2, "epochs": 7}
    jobs = plan_loops(parse_params(given))
    assert {job.part for job in jobs} == {"all"}
    places = [(job.draw, job.split) for job in jobs if job.dataset == "k4"]
    assert places == 2 * [(0, 0), (1, 1), (2, 2)]
    on_twist = [job for job in jobs if job.dataset == "twist"]
    # The same points, each with a seed of its own.
    assert [job.draw for job in on_twist] == [0, 0]
    assert len({job.seed for job in on_twist}) == 2
    assert {job.method.model_dump()["epochs"] for job in on_twist} == {7}
    split = Split(np.array([1, 4]), np.array([0]), np.array([3, 2]))
    for rows in (jobs[0].rows(split), jobs[0].rows_fitted(split)):
        assert rows.tolist() == [0, 1, 2, 3, 4]


def test_tuning_has_draws_and_splits_of_its_own(given: dict[str, Any]) -> None:
    params = parse_params(given)
    jobs = [*plan_benchmark(params, {}), *plan_sweep(params)]
    for dataset in given["tune"]["search"]:
        trial = plan_trial(params, dataset, "tsne", {}, repetition=2, variant="trial 0")
        others = {(job.draw, job.split) for job in jobs if job.dataset == dataset}
        assert trial.split == FIRST_OF_TUNING + 2
        assert trial.split not in {split for _, split in others}
        drawn = params.datasets[dataset].draws
        assert (trial.draw in {draw for draw, _ in others}) == (not drawn)
        assert trial.part == "validation"


def test_a_dataset_may_be_repeated_more_often(given: dict[str, Any]) -> None:
    given["benchmark"] |= {"repetitions": 5, "per_dataset": {"digits": {"repetitions": 7}}}
    params = parse_params(given)
    repeated = [params.benchmark.on(name).repetitions for name in ("digits", "mnist")]
    assert repeated == [7, 5]
    assert params.benchmark.on("digits").crossed == params.benchmark.on("mnist").crossed


def test_more_defaults_than_repetitions_are_refused(given: dict[str, Any]) -> None:
    given["benchmark"]["defaults"] = 100
    with pytest.raises(ParamsError, match="defaults must be at most repetitions, which they are"):
        parse_params(given)


def test_fewer_draws_than_can_be_checked_are_refused(given: dict[str, Any]) -> None:
    given["benchmark"]["stability"] = {"draws": 5, "share": 0.8}
    with pytest.raises(ParamsError, match="greater than or equal to 6"):
        parse_params(given)
