"""Formats that are not read, and how to come from each to one that is."""

from __future__ import annotations

_BY_PANDAS = "convert it by pandas.read_{}({!r}).to_csv('X.csv', index=False)"
_PICKLED = (
    "such files run code when they are opened: open it where it was made, and save numbers there "
    "by numpy.save('X.npy', array), or a table by frame.to_csv('X.csv', index=False)"
)
_COMPRESSED = "unpack it first"

_CONVERSIONS = {
    ".xlsx": _BY_PANDAS.format("excel", "X.xlsx"),
    ".xls": _BY_PANDAS.format("excel", "X.xls"),
    ".ods": _BY_PANDAS.format("excel", "X.ods"),
    ".feather": _BY_PANDAS.format("feather", "X.feather"),
    ".arrow": _BY_PANDAS.format("feather", "X.arrow"),
    ".json": _BY_PANDAS.format("json", "X.json"),
    ".dta": _BY_PANDAS.format("stata", "X.dta"),
    ".sav": _BY_PANDAS.format("spss", "X.sav"),
    ".sas7bdat": _BY_PANDAS.format("sas", "X.sas7bdat"),
    ".txt": "save it as .csv or .tsv, by commas or tabs: pandas.read_csv('X.txt', sep=r'\\s+')"
    ".to_csv('X.csv', index=False)",
    ".mat": "convert it by numpy.save('X.npy', scipy.io.loadmat('X.mat')['NAME'])",
    ".mtx": "convert it by scipy.sparse.save_npz('X.npz', scipy.io.mmread('X.mtx').tocsr())",
    ".arff": "convert it by pandas.DataFrame(scipy.io.arff.loadarff('X.arff')[0])"
    ".to_csv('X.csv', index=False)",
    ".rds": "convert it in R by write.csv(readRDS('X.rds'), 'X.csv', row.names = FALSE)",
    ".loom": "convert it by anndata.read_loom('X.loom').write_h5ad('X.h5ad')",
    ".h5": "take one array out: numpy.save('X.npy', h5py.File('X.h5')['NAME'][()])",
    ".hdf5": "take one array out: numpy.save('X.npy', h5py.File('X.hdf5')['NAME'][()])",
    ".pkl": _PICKLED,
    ".pickle": _PICKLED,
    ".joblib": _PICKLED,
    ".pt": _PICKLED,
    ".pth": _PICKLED,
    ".gz": _COMPRESSED,
    ".bz2": _COMPRESSED,
    ".xz": _COMPRESSED,
    ".zst": _COMPRESSED,
    ".zip": _COMPRESSED,
}


def how_to_convert(suffix: str) -> str:
    """Say how a file of another format becomes one that is read.

    Parameters
    ----------
    suffix
        The end of its name from the dot, in small letters; may be empty.
    """
    return _CONVERSIONS.get(
        suffix,
        "save a table by pandas' frame.to_csv('X.csv', index=False), an array by "
        "numpy.save('X.npy', array)",
    )
