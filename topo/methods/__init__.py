"""Methods that embed points, by the name that they have in ``params.yaml``."""

from topo.methods.autoencoder import AE
from topo.methods.base import Embedding, Method
from topo.methods.mmae import MMAE
from topo.methods.pca import PCA
from topo.methods.random import Random
from topo.methods.topoae import TopoAE, TopoAEMoor
from topo.methods.topomap import TopoMap
from topo.methods.tsne import TSNE
from topo.methods.tsne_barnes_hut import TSNEBarnesHut
from topo.methods.umap import UMAP
from topo.methods.umap_learn import UMAPLearn, UMAPTransform

__all__ = ["METHODS", "Embedding", "Method"]

METHODS: dict[str, type[Method]] = {
    "tsne": TSNE,
    "tsne_barnes_hut": TSNEBarnesHut,
    "umap": UMAP,
    "umap_learn": UMAPLearn,
    "umap_transform": UMAPTransform,
    "ae": AE,
    "topoae": TopoAE,
    "topoae_moor": TopoAEMoor,
    "mmae": MMAE,
    "topomap": TopoMap,
    "pca": PCA,
    "random": Random,
}
