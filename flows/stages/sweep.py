"""Stage `sweep`: t-SNE at many perplexities, the topological autoencoder along its training."""

from __future__ import annotations

from prefect import flow

from flows import store
from flows.running.failures import raise_failures
from flows.running.parameters import params_of_run
from flows.running.provenance import write_provenance
from flows.running.replay import replay_training
from flows.running.scoring import score_jobs
from topo.device import Device
from topo.plan import plan_sweep


@flow(name="sweep")
async def sweep(time_limit: float | None = None, device: Device = "cpu") -> None:
    """Run and score every job of the sweep and write ``results/sweep``; see `score_jobs`.

    Raises
    ------
    UnitsFailedError
        Where units failed, those of the replay too, when everything is written.
    """
    params = params_of_run()
    replayed = await replay_training(params, time_limit=time_limit, device=device)
    write_provenance("replay", replayed)
    await score_jobs(
        {store.SCORES.name: plan_sweep(params)},
        params,
        store.SWEEP,
        params.sweep.metrics,
        time_limit=time_limit,
        device=device,
    )
    raise_failures(replayed)
