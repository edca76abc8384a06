"""The twelve architectures in plain PyTorch, for bench/run to race and to check recnn against.

Parameters have the names and shapes of recnn's weight files, so that weights move from one to the other.
`loss(batch)` takes the fields of include/recnn/service/batch.h as tensors, rows of a sparse matrix as a
dense one ("rows").  Idiomatic code, no tuning
beyond that: the twelve are what a user of PyTorch would write.
"""

import torch
import torch.nn.functional as F
from torch import nn


def tower(width, dims, dropout, batch_norm=False, activation=nn.ReLU, out=None):
    layers = []
    for dim in dims:
        layers.append(nn.Linear(width, dim))
        if batch_norm:
            layers.append(nn.BatchNorm1d(dim))
        layers += [activation(), nn.Dropout(dropout)]
        width = dim
    if out is not None:
        layers.append(nn.Linear(width, out))
    return nn.Sequential(*layers)


class AdvancedNCF(nn.Module):
    def __init__(self, sizes, embedding_dim=64, mlp_dims=(128, 64, 32), n_layers=3, dropout_rate=0.2):
        super().__init__()
        self.user_embeddings = nn.ModuleList(
            nn.Embedding(sizes["users"], embedding_dim) for _ in range(n_layers))
        self.item_embeddings = nn.ModuleList(
            nn.Embedding(sizes["items"], embedding_dim) for _ in range(n_layers))
        self.mlp = tower(2 * n_layers * embedding_dim, mlp_dims, dropout_rate, batch_norm=True)
        self.output_layer = nn.Linear(mlp_dims[-1], 1)

    def forward(self, user, item):
        parts = []
        for of_users, of_items in zip(self.user_embeddings, self.item_embeddings):
            parts += [of_users(user), of_items(item)]
        return self.output_layer(self.mlp(torch.cat(parts, dim=-1))).squeeze(-1)

    def loss(self, batch):
        return F.mse_loss(self(batch["user"], batch["item"]), batch["rating"])


class DeepFM(nn.Module):
    def __init__(self, sizes, embedding_dim=64, mlp_dims=(128, 64, 32), dropout_rate=0.2):
        super().__init__()
        fields = sizes["features"]
        self.first_order_weights = nn.ModuleList(nn.Embedding(n, 1) for n in fields)
        self.embeddings = nn.ModuleList(nn.Embedding(n, embedding_dim) for n in fields)
        self.deep_layers = tower(len(fields) * embedding_dim, mlp_dims, dropout_rate, out=1)
        self.bias = nn.Parameter(torch.zeros(1))

    def forward(self, features):
        columns = features.unbind(dim=1)
        first = sum(table(column).squeeze(-1) for table, column in zip(self.first_order_weights, columns))
        x = torch.stack([table(column) for table, column in zip(self.embeddings, columns)], dim=1)
        pairs = 0.5 * (x.sum(dim=1) ** 2 - (x ** 2).sum(dim=1)).sum(dim=1)
        return self.bias + first + pairs + self.deep_layers(x.flatten(1)).squeeze(-1)

    def loss(self, batch):
        return F.binary_cross_entropy_with_logits(self(batch["features"]), batch["label"])


class NeuralBPR(nn.Module):
    def __init__(self, sizes, embedding_dim=64, hidden_dims=(128, 64), dropout_rate=0.2):
        super().__init__()
        self.user_embedding = nn.Embedding(sizes["users"], embedding_dim)
        self.item_embedding = nn.Embedding(sizes["items"], embedding_dim)
        self.network = tower(2 * embedding_dim, hidden_dims, dropout_rate, out=1)

    def forward(self, user, item):
        x = torch.cat([self.user_embedding(user), self.item_embedding(item)], dim=-1)
        return self.network(x).squeeze(-1)

    def loss(self, batch):
        liked = self(batch["user"], batch["item"])
        other = self(batch["user"], batch["neg_item"])
        return F.softplus(other - liked).mean()


class MultitaskNCF(nn.Module):
    def __init__(self, sizes, embedding_dim=64, shared_dims=(128, 64), rating_dims=(32,),
                 ranking_dims=(32,), dropout_rate=0.2, rating_weight=0.5):
        super().__init__()
        self.rating_weight = rating_weight
        self.user_embedding = nn.Embedding(sizes["users"], embedding_dim)
        self.item_embedding = nn.Embedding(sizes["items"], embedding_dim)
        self.shared_network = tower(2 * embedding_dim, shared_dims, dropout_rate)
        self.rating_head = tower(shared_dims[-1], rating_dims, dropout_rate, out=1)
        self.ranking_head = tower(shared_dims[-1], ranking_dims, dropout_rate, out=1)

    def forward(self, user, item):
        x = self.shared_network(torch.cat([self.user_embedding(user), self.item_embedding(item)], dim=-1))
        return self.rating_head(x).squeeze(-1), self.ranking_head(x).squeeze(-1)

    def loss(self, batch):
        rating, ranking = self(batch["user"], batch["item"])
        return (self.rating_weight * F.mse_loss(rating, batch["rating"])
                + (1 - self.rating_weight) * F.binary_cross_entropy_with_logits(ranking, batch["label"]))


class DenoisingAutoencoder(nn.Module):
    def __init__(self, sizes, hidden_dims=(512, 256, 128), dropout_rate=0.5, noise_factor=0.5):
        super().__init__()
        self.keep = 1 - noise_factor
        widths = (sizes["items"], *hidden_dims)
        self.encoder = tower(widths[0], hidden_dims, dropout_rate, activation=nn.SELU)
        back = []
        for wide, narrow in reversed(list(zip(widths[:-1], widths[1:]))):
            back += [nn.Linear(narrow, wide), nn.SELU()]
        self.decoder = nn.Sequential(*back[:-1])

    def forward(self, x):
        if self.keep < 1:
            x = x * torch.bernoulli(torch.full_like(x, self.keep))
        return self.decoder(self.encoder(x))

    def loss(self, batch):
        return F.mse_loss(self(batch["rows"]), batch["rows"])


class VariationalAutoencoder(nn.Module):
    activation = nn.Tanh
    still = False

    def __init__(self, sizes, latent_dim=128, encoder_dims=(512, 256), decoder_dims=(256, 512),
                 dropout_rate=0.5, beta=1.0, beside=0):
        super().__init__()
        self.beta = beta
        self.encoder = tower(sizes["items"] + beside, encoder_dims, dropout_rate, activation=self.activation)
        self.fc_mu = nn.Linear(encoder_dims[-1], latent_dim)
        self.fc_logvar = nn.Linear(encoder_dims[-1], latent_dim)
        self.decoder = tower(latent_dim + beside, decoder_dims, dropout_rate, activation=self.activation,
                             out=sizes["items"])

    def draw(self, mu, logvar):
        return mu if self.still else mu + torch.randn_like(mu) * torch.exp(0.5 * logvar)

    def forward(self, x):
        hidden = self.encoder(x)
        mu, logvar = self.fc_mu(hidden), self.fc_logvar(hidden)
        return self.decoder(self.draw(mu, logvar)), mu, logvar

    def elbo(self, x, logits, mu, logvar):
        reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        return reconstruction - self.beta * 0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())

    def loss(self, batch):
        return self.elbo(batch["rows"], *self(batch["rows"]))


class ConditionalVAE(VariationalAutoencoder):
    activation = nn.ReLU

    def __init__(self, sizes, **options):
        super().__init__(sizes, beside=64, **options)
        self.condition_embedding = nn.Embedding(sizes["conditions"], 64)

    def forward(self, x, condition):
        beside = self.condition_embedding(condition)
        hidden = self.encoder(torch.cat([x, beside], dim=-1))
        mu, logvar = self.fc_mu(hidden), self.fc_logvar(hidden)
        return self.decoder(torch.cat([self.draw(mu, logvar), beside], dim=-1)), mu, logvar

    def loss(self, batch):
        return self.elbo(batch["rows"], *self(batch["rows"], batch["condition"]))


class CnnSequential(nn.Module):
    def __init__(self, sizes, embedding_dim=64, n_filters=100, filter_sizes=(3, 4, 5), dropout_rate=0.2,
                 sequence_length=20):
        super().__init__()
        self.item_embedding = nn.Embedding(sizes["items"] + 1, embedding_dim, padding_idx=0)
        self.conv_layers = nn.ModuleList(
            nn.Conv1d(embedding_dim, n_filters, size, padding=size // 2) for size in filter_sizes)
        width = n_filters * len(filter_sizes)
        self.fc_layers = tower(width, (width // 2,), dropout_rate, out=sizes["items"])

    def forward(self, sequence):
        x = self.item_embedding(sequence).transpose(1, 2)
        return self.fc_layers(torch.cat([F.relu(conv(x)).amax(dim=-1) for conv in self.conv_layers], dim=-1))

    def loss(self, batch):
        return F.cross_entropy(self(batch["sequence"]), batch["target"])


class HierarchicalCNN(nn.Module):
    def __init__(self, sizes, embedding_dim=64, sequence_length=50, local_window=5, n_filters=64,
                 dropout_rate=0.2):
        super().__init__()
        self.item_embedding = nn.Embedding(sizes["items"] + 1, embedding_dim, padding_idx=0)
        self.local_conv = nn.Conv1d(embedding_dim, n_filters, local_window, padding=local_window // 2)
        self.global_conv = nn.Conv1d(embedding_dim, n_filters, sequence_length // 4,
                                     padding=sequence_length // 8)
        self.attention = nn.MultiheadAttention(2 * n_filters, 8, dropout=dropout_rate)
        self.output_layers = tower(2 * n_filters, (n_filters,), dropout_rate, out=sizes["items"])

    def forward(self, sequence):
        steps = sequence.shape[1]
        x = self.item_embedding(sequence).transpose(1, 2)
        # An even kernel gives a step too many, which is cut.
        x = torch.cat([F.relu(self.local_conv(x))[..., :steps], F.relu(self.global_conv(x))[..., :steps]], dim=1)
        x = x.permute(2, 0, 1)
        x, _ = self.attention(x, x, x, need_weights=False)
        return self.output_layers(x.mean(dim=0))

    def loss(self, batch):
        return F.cross_entropy(self(batch["sequence"]), batch["target"])


class GruSession(nn.Module):
    packed = False  # runs over the padding and takes the last valid step: the same result

    def __init__(self, sizes, embedding_dim=64, hidden_dim=128, n_layers=2, dropout_rate=0.2):
        super().__init__()
        self.item_embedding = nn.Embedding(sizes["items"] + 1, embedding_dim, padding_idx=0)
        self.gru = nn.GRU(embedding_dim, hidden_dim, n_layers, batch_first=True,
                          dropout=dropout_rate if n_layers > 1 else 0)
        self.output_layer = nn.Linear(hidden_dim, sizes["items"])
        self.dropout = nn.Dropout(dropout_rate)

    def forward(self, sequence, length):
        x = self.item_embedding(sequence)
        if self.packed:
            x = nn.utils.rnn.pack_padded_sequence(x, length, batch_first=True, enforce_sorted=False)
            last = self.gru(x)[1][-1]
        else:
            states, _ = self.gru(x)
            last = states[torch.arange(len(length)), length - 1]
        return self.output_layer(self.dropout(last))

    def loss(self, batch):
        return F.cross_entropy(self(batch["sequence"], batch["length"]), batch["target"])


class AttentionGRU(nn.Module):
    def __init__(self, sizes, embedding_dim=64, hidden_dim=128, n_layers=2, dropout_rate=0.2):
        super().__init__()
        self.item_embedding = nn.Embedding(sizes["items"] + 1, embedding_dim, padding_idx=0)
        self.gru = nn.GRU(embedding_dim, hidden_dim, n_layers, batch_first=True,
                          dropout=dropout_rate if n_layers > 1 else 0)
        self.attention_layer = nn.Linear(hidden_dim, 1)
        self.output_layer = nn.Linear(hidden_dim, sizes["items"])
        self.dropout = nn.Dropout(dropout_rate)

    def forward(self, sequence, length):
        states, _ = self.gru(self.item_embedding(sequence))
        valid = torch.arange(sequence.shape[1]) < length.unsqueeze(1)
        scores = self.attention_layer(states).squeeze(-1).masked_fill(~valid, -1e9)
        attended = torch.sum(states * F.softmax(scores, dim=-1).unsqueeze(-1), dim=1)
        return self.output_layer(self.dropout(attended))

    def loss(self, batch):
        return F.cross_entropy(self(batch["sequence"], batch["length"]), batch["target"])


class NARM(nn.Module):
    def __init__(self, sizes, embedding_dim=64, hidden_dim=128, dropout_rate=0.2):
        super().__init__()
        self.item_embedding = nn.Embedding(sizes["items"] + 1, embedding_dim, padding_idx=0)
        self.encoder_gru = nn.GRU(embedding_dim, hidden_dim, batch_first=True)
        self.global_attention = nn.Linear(hidden_dim, hidden_dim, bias=False)  # takes no part
        self.local_attention = nn.Linear(hidden_dim, hidden_dim, bias=False)
        self.A1 = nn.Linear(hidden_dim, hidden_dim, bias=False)
        self.A2 = nn.Linear(hidden_dim, hidden_dim, bias=False)
        self.output_layer = nn.Linear(2 * hidden_dim, sizes["items"])
        self.dropout = nn.Dropout(dropout_rate)

    def forward(self, sequence, length):
        states, last = self.encoder_gru(self.item_embedding(sequence))
        last = last.squeeze(0)
        scores = torch.bmm(self.local_attention(states), last.unsqueeze(-1)).squeeze(-1)
        valid = torch.arange(sequence.shape[1]) < length.unsqueeze(1)
        weights = F.softmax(scores.masked_fill(~valid, -1e9), dim=-1)
        local = torch.sum(states * weights.unsqueeze(-1), dim=1)
        return self.output_layer(self.dropout(torch.cat([self.A1(last), self.A2(local)], dim=-1)))

    def loss(self, batch):
        return F.cross_entropy(self(batch["sequence"], batch["length"]), batch["target"])


MODELS = {
    "advanced_ncf": AdvancedNCF,
    "deepfm": DeepFM,
    "neural_bpr": NeuralBPR,
    "multitask_ncf": MultitaskNCF,
    "denoising_autoencoder": DenoisingAutoencoder,
    "variational_autoencoder": VariationalAutoencoder,
    "conditional_vae": ConditionalVAE,
    "cnn_sequential": CnnSequential,
    "hierarchical_cnn": HierarchicalCNN,
    "gru_session": GruSession,
    "attention_gru": AttentionGRU,
    "narm": NARM,
}
