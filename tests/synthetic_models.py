"""Benign models by many libraries, each saved the ways its users save it. Run by the interpreter that has the libraries.

    python tests/synthetic_models.py FOLDER

A library that is not installed is left out and named; the test says which ones it needs.
"""

from __future__ import annotations

import contextlib
import pickle
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

Saver = Callable[[Path], object]


def sklearn_models() -> Iterator[tuple[str, Saver]]:
    import joblib
    import numpy
    from sklearn.utils import all_estimators

    features = numpy.abs(numpy.random.RandomState(0).rand(40, 5))
    labels = (features[:, 0] > 0.5).astype(int)
    compressors = (0, 3, ("gzip", 3), ("bz2", 3), ("xz", 3), ("lzma", 3))
    for number, (name, estimator) in enumerate(all_estimators()):
        try:
            model = estimator()
        except TypeError:  # a meta-estimator: it needs another one
            continue
        with contextlib.suppress(Exception):  # an estimator that cannot learn from this is saved as it is
            model.fit(features, labels)
        try:
            pickled = pickle.dumps(model, protocol=number % 6)
        except (pickle.PicklingError, AttributeError, TypeError):
            continue
        compress = compressors[number % len(compressors)]
        yield f"sklearn/{name}.pkl", lambda path, data=pickled: path.write_bytes(data)
        yield f"sklearn/{name}.joblib", lambda path, m=model, c=compress: joblib.dump(m, path, compress=c)


def sklearn_pipelines() -> Iterator[tuple[str, Saver]]:
    import joblib
    import numpy
    import pandas
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier, StackingClassifier
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    table = pandas.DataFrame({"a": numpy.arange(40.0), "b": ["x", "y"] * 20, "t": ["good day", "bad day"] * 20})
    labels = numpy.arange(40) % 2
    columns = ColumnTransformer(
        [("n", StandardScaler(), ["a"]), ("c", OneHotEncoder(), ["b"]), ("t", TfidfVectorizer(), "t")]
    )
    stack = StackingClassifier([("forest", RandomForestClassifier(5)), ("line", LogisticRegression())])
    models = {
        "columns": make_pipeline(columns, LogisticRegression()),
        "stack": make_pipeline(columns, stack),
        "search": GridSearchCV(
            make_pipeline(columns, LogisticRegression()), {"logisticregression__C": [0.1, 1.0]}, cv=2
        ),
    }
    for name, model in models.items():
        fitted = model.fit(table, labels)
        yield f"pipeline/{name}.joblib", lambda path, m=fitted: joblib.dump(m, path)
        yield f"pipeline/{name}.pkl", lambda path, m=fitted: path.write_bytes(pickle.dumps(m))
    histogram = HistGradientBoostingClassifier(max_iter=3).fit(table[["a"]], labels)
    yield "pipeline/histogram.pkl", lambda path: path.write_bytes(pickle.dumps(histogram))


def pandas_tables() -> Iterator[tuple[str, Saver]]:
    import pandas

    moments = pandas.to_datetime(["2020-01-01", "2021-01-01"])
    tables = {
        "plain": pandas.DataFrame({"a": [1, 2], "b": ["x", "y"], "t": moments}),
        "category": pandas.DataFrame({"c": pandas.Categorical(["x", "y"])}, index=moments.tz_localize("UTC")),
        "multi": pandas.DataFrame({"v": [1.0, None]}, index=pandas.MultiIndex.from_tuples([("a", 1), ("b", 2)])),
        "period": pandas.Series([1, 2], index=pandas.period_range("2020", periods=2, freq="D")),
        "interval": pandas.Series(pandas.cut([1.0, 5.0], 2)),
        "nullable": pandas.DataFrame(
            {"i": pandas.array([1, None], dtype="Int64"), "s": pandas.array(["x", None], dtype="string")}
        ),
        "sparse": pandas.DataFrame({"s": pandas.arrays.SparseArray([0, 0, 1])}),
    }
    for name, table in tables.items():
        yield f"pandas/{name}.pkl", lambda path, t=table: t.to_pickle(path)
        yield f"pandas/{name}.pkl.gz", lambda path, t=table: t.to_pickle(path)


def xgboost_models() -> Iterator[tuple[str, Saver]]:
    import joblib
    import numpy
    import xgboost

    features, labels = numpy.random.RandomState(0).rand(60, 4), numpy.arange(60) % 2
    kinds = {
        "classifier": xgboost.XGBClassifier(n_estimators=3),
        "regressor": xgboost.XGBRegressor(n_estimators=3, booster="dart"),
        "linear": xgboost.XGBRegressor(n_estimators=3, booster="gblinear"),
        "ranker": xgboost.XGBRanker(n_estimators=3),
        "forest": xgboost.XGBRFClassifier(n_estimators=3),
    }
    for name, model in kinds.items():
        model.fit(features, labels, **({"qid": numpy.arange(60) // 20} if name == "ranker" else {}))
        yield f"xgboost/{name}.json", lambda path, m=model: m.save_model(path)
        yield f"xgboost/{name}.ubj", lambda path, m=model: m.save_model(path)
        yield f"xgboost/{name}.pkl", lambda path, m=model: path.write_bytes(pickle.dumps(m))
        yield f"xgboost/{name}.joblib", lambda path, m=model: joblib.dump(m, path)
        yield f"xgboost/{name}-booster.pkl", lambda path, m=model: path.write_bytes(pickle.dumps(m.get_booster()))


def lightgbm_models() -> Iterator[tuple[str, Saver]]:
    import joblib
    import lightgbm
    import numpy

    features, labels = numpy.random.RandomState(0).rand(60, 4), numpy.arange(60) % 2
    for kind in ("LGBMClassifier", "LGBMRegressor", "LGBMRanker"):
        model = getattr(lightgbm, kind)(n_estimators=3, verbose=-1, min_child_samples=2)
        model.fit(features, labels, **({"group": [20, 20, 20]} if kind == "LGBMRanker" else {}))
        yield f"lightgbm/{kind}.txt", lambda path, m=model: m.booster_.save_model(str(path))
        yield f"lightgbm/{kind}.pkl", lambda path, m=model: path.write_bytes(pickle.dumps(m))
        yield f"lightgbm/{kind}.joblib", lambda path, m=model: joblib.dump(m, path, compress=3)


def catboost_models() -> Iterator[tuple[str, Saver]]:
    import catboost
    import numpy

    features, labels = numpy.random.RandomState(0).rand(60, 4), numpy.arange(60) % 2
    for kind in ("CatBoostClassifier", "CatBoostRegressor"):
        model = getattr(catboost, kind)(iterations=3, verbose=False, allow_writing_files=False).fit(features, labels)
        yield f"catboost/{kind}.cbm", lambda path, m=model: m.save_model(str(path))
        yield f"catboost/{kind}.json", lambda path, m=model: m.save_model(str(path), format="json")
        yield f"catboost/{kind}.pkl", lambda path, m=model: path.write_bytes(pickle.dumps(m))


def torch_models() -> Iterator[tuple[str, Saver]]:
    import torch

    network = torch.nn
    modules = {
        "linear": network.Sequential(network.Linear(2, 3), network.ReLU(), network.Dropout()),
        "convolution": network.Sequential(
            network.Conv2d(1, 2, 3), network.BatchNorm2d(2), network.MaxPool2d(2), network.GELU()
        ),
        "recurrent": network.ModuleDict(
            {"l": network.LSTM(3, 3), "g": network.GRU(3, 3), "e": network.Embedding(5, 3)}
        ),
        "transformer": network.TransformerEncoderLayer(4, 2),
    }
    for name, module in modules.items():
        optimiser = torch.optim.AdamW(module.parameters())
        sum(p.sum() for p in module.parameters()).backward()
        optimiser.step()
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, 10)
        everything = {
            "model": module.state_dict(),
            "optimizer": optimiser.state_dict(),
            "lr": schedule.state_dict(),
            "epoch": 3,
        }
        yield f"torch/{name}-state.pt", lambda path, m=module: torch.save(m.state_dict(), path)
        yield (
            f"torch/{name}-legacy.pth",
            lambda path, m=module: torch.save(m.state_dict(), path, _use_new_zipfile_serialization=False),
        )
        yield f"torch/{name}-module.bin", lambda path, m=module: torch.save(m, path)
        yield f"torch/{name}-checkpoint.ckpt", lambda path, e=everything: torch.save(e, path)
        yield (
            f"torch/{name}-half.pt",
            lambda path, m=module: torch.save({k: v.half() for k, v in m.state_dict().items()}, path),
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if name in {"linear", "convolution"}:
                scripted = torch.jit.script(module)
                yield f"torch/{name}-script.pt", lambda path, s=scripted: s.save(str(path))
                shape = (1, 2) if name == "linear" else (1, 1, 8, 8)
                exported = torch.export.export(module.eval(), (torch.zeros(shape),))
                yield f"torch/{name}-export.pt2", lambda path, e=exported: torch.export.save(e, path)
    sparse = {
        "s": torch.eye(3).to_sparse(),
        "b": torch.ones(2, dtype=torch.bfloat16),
        "d": torch.device("cpu"),
        "t": torch.int8,
    }
    yield "torch/kinds.pt", lambda path: torch.save(sparse, path)


def keras_models() -> Iterator[tuple[str, Saver]]:
    import os

    os.environ.setdefault("KERAS_BACKEND", "torch")
    import keras

    layers = keras.layers
    models = {
        "dense": keras.Sequential(
            [keras.Input((4,)), layers.Dense(3, activation="relu"), layers.Dense(1, activation="sigmoid")]
        ),
        "image": keras.Sequential(
            [keras.Input((8, 8, 1)), layers.Conv2D(2, 3), layers.BatchNormalization(), layers.Flatten()]
        ),
        "words": keras.Sequential([keras.Input((6,)), layers.Embedding(10, 4), layers.Bidirectional(layers.LSTM(3))]),
    }
    inputs = keras.Input((4,))
    models["branches"] = keras.Model(inputs, layers.Add()([layers.Dense(3)(inputs), layers.Dense(3)(inputs)]))
    for name, model in models.items():
        model.compile(optimizer="adam", loss="mse", metrics=["mae"])
        yield f"keras/{name}.keras", lambda path, m=model: m.save(path)
        yield f"keras/{name}.h5", lambda path, m=model: m.save(path)
        yield f"keras/{name}.weights.h5", lambda path, m=model: m.save_weights(path)
        yield f"keras/{name}.json", lambda path, m=model: path.write_text(m.to_json())


LIBRARIES: dict[str, Callable[[], Iterator[tuple[str, Saver]]]] = {
    "scikit-learn": sklearn_models, "scikit-learn pipelines": sklearn_pipelines, "pandas": pandas_tables, "xgboost": xgboost_models,
    "lightgbm": lightgbm_models, "catboost": catboost_models, "torch": torch_models, "keras": keras_models,
}  # fmt: skip


def main(folder: Path) -> int:
    warnings.simplefilter("ignore")
    for library, models in LIBRARIES.items():
        count = 0
        try:
            for name, save in models():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                save(path)
                count += 1
        except ImportError as error:
            print(f"{library}: left out, {error}")
        print(f"{library}: {count} files")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
