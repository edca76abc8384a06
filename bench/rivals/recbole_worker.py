"""RecBole's side of bench/run's races on real data: see bench/epoch.lua.

  recbole_worker.py MODEL FOLDER EPOCHS BATCH

FOLDER is one of atomic files.  It is seen under another name, since "ml-100k" is RecBole's own copy.  Writes into
the working folder.
"""

import json
import logging
import os
import sys
import time
import warnings

warnings.filterwarnings("ignore")

# Version 1.2.1 fails with ItemCoverage, GiniIndex, AveragePopularity and TailPercentage: it has none of these.
RANKED = ["Recall", "MRR", "NDCG", "Hit", "Precision", "MAP", "ShannonEntropy"]
SEQUENTIAL = ("GRU4Rec", "NARM", "Caser")
AUTOENCODERS = ("MultiVAE", "MultiDAE")


def link(folder):
    os.makedirs("data/bench")
    for name in os.listdir(folder):
        kind = name.rsplit(".", 1)[-1]
        if kind in ("inter", "user", "item"):
            os.symlink(os.path.join(folder, name), f"data/bench/bench.{kind}")


def settings(model, epochs, batch):
    config = {
        "data_path": "data", "epochs": epochs, "train_batch_size": batch, "use_gpu": False,
        # Counted in scores for some models and in rows for others: as large as pays.
        "eval_batch_size": 400_000, "learning_rate": 1e-3, "weight_decay": 0.0, "topk": [10], "metrics": RANKED,
        "valid_metric": "NDCG@10", "show_progress": False, "state": "WARNING", "save_dataset": False,
        "load_col": {"inter": ["user_id", "item_id", "rating", "timestamp"]},
        "eval_args": {"split": {"RS": [8, 1, 1]}, "group_by": "user", "order": "RO", "mode": "full"},
    }
    if model in SEQUENTIAL:
        config["eval_args"] = {"split": {"LS": "valid_and_test"}, "group_by": "user", "order": "TO", "mode": "full"}
        config["MAX_ITEM_LIST_LENGTH"] = 50
    if model in SEQUENTIAL or model in AUTOENCODERS:
        config["train_neg_sample_args"] = None
    if model == "DeepFM":
        config["load_col"].update(user=["user_id", "age", "gender", "occupation"],
                                  item=["item_id", "release_year", "class"])
        config["threshold"] = {"rating": 4}
        config["train_neg_sample_args"] = None
        config["metrics"], config["valid_metric"] = ["AUC", "LogLoss"], "AUC"
        config["eval_args"] = {"split": {"RS": [8, 1, 1]}, "group_by": None, "order": "RO", "mode": "labeled"}
    return config


def main():
    model_name, folder, epochs, batch = sys.argv[1], os.path.abspath(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    from recbole.config import Config
    from recbole.data import create_dataset, data_preparation
    from recbole.utils import get_model, get_trainer, init_seed

    logging.disable(logging.INFO)
    link(folder)
    config = Config(model=model_name, dataset="bench", config_dict=settings(model_name, epochs, batch))
    init_seed(config["seed"], config["reproducibility"])
    dataset = create_dataset(config)
    train, _, test = data_preparation(config, dataset)
    model = get_model(config["model"])(config, train.dataset)
    trainer = get_trainer(config["MODEL_TYPE"], config["model"])(config, model)

    first = []
    trainer.optimizer.register_step_post_hook(lambda *_: first or first.append(time.monotonic()))
    seconds = []
    plain = trainer._train_epoch

    def timed(*args, **kwargs):
        begun = time.monotonic()
        result = plain(*args, **kwargs)
        seconds.append(time.monotonic() - begun)
        return result

    trainer._train_epoch = timed
    trainer.fit(train, valid_data=None, saved=False, show_progress=False)
    print(f"fitted {time.monotonic() - first[0]:.6f}", flush=True)
    evaluations = []
    for _ in range(3):
        begun = time.monotonic()
        result = trainer.evaluate(test, load_best_model=False, show_progress=False)
        evaluations.append(time.monotonic() - begun)
    quality = "AUC" if model_name == "DeepFM" else "NDCG@10"
    print(json.dumps({"train_seconds": seconds, "eval_seconds": evaluations,
                      "parameters": sum(p.numel() for p in model.parameters()),
                      "quality": {quality: float(result[quality.lower()])}, "model": model_name}))


if __name__ == "__main__":
    main()
