"""Methods that embed points, by the name that they have in ``params.yaml``: a line for each."""

from topo.methods.base import Embedding, Method
from topo.registry import load

__all__ = ["METHODS", "Embedding", "Method"]

METHODS: dict[str, type[Method]] = {
    "tsne": load("topo.methods.tsne:TSNE"),
    "tsne_barnes_hut": load("topo.methods.tsne_barnes_hut:TSNEBarnesHut"),
    "umap": load("topo.methods.umap:UMAP"),
    "umap_learn": load("topo.methods.umap_learn:UMAPLearn"),
    "umap_transform": load("topo.methods.umap_learn:UMAPTransform"),
    "ae": load("topo.methods.autoencoder:AE"),
    "topoae": load("topo.methods.topoae:TopoAE"),
    "topoae_moor": load("topo.methods.topoae:TopoAEMoor"),
    "mmae": load("topo.methods.mmae:MMAE"),
    "topoae_spectral": load("topo.methods.loop_autoencoders:TopoAESpectral"),
    "topoae_h1": load("topo.methods.loop_autoencoders:TopoAEH1"),
    "topoae_cascade": load("topo.methods.loop_autoencoders:TopoAECascade"),
    "topoae_cycles": load("topo.methods.loop_autoencoders:TopoAECycles"),
    "rtd_lite": load("topo.methods.loop_autoencoders:RTDLite"),
    "topoae_h1_spectral": load("topo.methods.loop_autoencoders:TopoAEH1Spectral"),
    "topoae_cascade_spectral": load("topo.methods.loop_autoencoders:TopoAECascadeSpectral"),
    "topoae_cycles_spectral": load("topo.methods.loop_autoencoders:TopoAECyclesSpectral"),
    "rtd_lite_spectral": load("topo.methods.loop_autoencoders:RTDLiteSpectral"),
    "topomap": load("topo.methods.topomap:TopoMap"),
    "pca": load("topo.methods.pca:PCA"),
    "random": load("topo.methods.random:Random"),
}
