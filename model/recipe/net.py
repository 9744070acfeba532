"""The network: one small encoder under heads for tags, features, sentence bounds, dependencies and names."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from transformers import BertModel

ARC, LABEL = 256, 128  # width of the vectors that are compared for arcs and for their labels
SHAPES = 16


class Net(nn.Module):
    """Word pieces in, scores for each word out; see ``forward``."""

    def __init__(self, encoder: BertModel, xpos: int, morph: int, ner: int, labels: int, dropout: float = 0.25) -> None:
        super().__init__()
        self.encoder = encoder
        width = encoder.config.hidden_size
        self.shape = nn.Embedding(SHAPES, width)
        nn.init.zeros_(self.shape.weight)
        self.mix = nn.Parameter(torch.zeros(encoder.config.num_hidden_layers + 1))
        self.drop = nn.Dropout(dropout)
        self.xpos, self.morph = nn.Linear(width, xpos), nn.Linear(width, morph)
        self.ner, self.sent = nn.Linear(width, ner), nn.Linear(width, 1)

        def mlp(out: int) -> nn.Module:
            return nn.Sequential(nn.Linear(width, out), nn.GELU(), nn.Dropout(dropout))

        self.arc_dep, self.arc_head, self.lab_dep, self.lab_head = mlp(ARC), mlp(ARC), mlp(LABEL), mlp(LABEL)
        self.root = nn.Parameter(torch.randn(width) * 0.02)
        self.arc = nn.Parameter(torch.zeros(ARC + 1, ARC))
        self.label = nn.Parameter(torch.zeros(labels, LABEL + 1, LABEL + 1))

    def forward(self, pieces: Tensor, shapes: Tensor, mask: Tensor, first: Tensor) -> tuple[Tensor, ...]:
        """Scores of tags, features, names, sentence starts, arcs (words x root and words), and both label vectors.

        ``pieces``, ``shapes``, ``mask``: texts x pieces; ``first``: texts x words, the index of each word's first piece.
        """
        embedded = self.encoder.embeddings.word_embeddings(pieces) + self.shape(shapes)
        states = self.encoder(inputs_embeds=embedded, attention_mask=mask, output_hidden_states=True).hidden_states
        weights = torch.softmax(self.mix.float(), 0)
        mixed = sum(w * s for w, s in zip(weights, states, strict=True))
        index = first.unsqueeze(-1).expand(-1, -1, mixed.shape[-1])
        words = self.drop(torch.gather(mixed, 1, index))
        root = self.root.to(words.dtype).expand(words.shape[0], 1, -1)
        heads = torch.cat([root, words], 1)
        dep, head = self.arc_dep(words), self.arc_head(heads)
        one = torch.ones_like(dep[..., :1])
        arcs = torch.cat([dep, one], -1) @ self.arc.to(dep.dtype) @ head.transpose(1, 2)
        return (self.xpos(words), self.morph(words), self.ner(words), self.sent(words).squeeze(-1), arcs,
                self.lab_dep(words), self.lab_head(heads))

    def labels(self, dep: Tensor, head: Tensor) -> Tensor:
        """Scores of the labels for arcs: both vectors are words x LABEL, already paired."""
        one = torch.ones_like(dep[:, :1])
        return torch.einsum("ni,lij,nj->nl", torch.cat([dep, one], 1), self.label.to(dep.dtype), torch.cat([head, one], 1))
