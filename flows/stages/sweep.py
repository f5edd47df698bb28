"""Stage `sweep`: t-SNE at many perplexities, the topological autoencoder at more epochs."""

from __future__ import annotations

from prefect import flow

from flows import store
from flows.running.parameters import params_of_run
from flows.running.scoring import score_jobs
from topo.device import Device
from topo.plan import plan_sweep


@flow(name="sweep")
async def sweep(time_limit: float | None = None, device: Device = "cpu") -> None:
    """Run and score every job of the sweep and write ``results/sweep``.

    Parameters
    ----------
    time_limit
        Seconds that one unit may take; None for no limit.
    device
        Where networks are trained and many points compared.

    Raises
    ------
    UnitsFailedError
        Where units failed; tables are written all the same, with their reasons.
    """
    params = params_of_run()
    await score_jobs(
        plan_sweep(params),
        params,
        store.SWEEP,
        params.sweep.metrics,
        time_limit=time_limit,
        device=device,
    )
